package dev.valora.billing.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.JsonColumn;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Timestamps;
import dev.valora.ingest.WallClock;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way every change of billing takes: one database transaction that first locks the organization's numbers, then changes
 * rows, and last appends the entries that tell of it. Blocks; any thread but an event loop.
 */
public final class AuditTrail {

    private static final String LOCK =
            "SELECT next_sequence, next_audit_entry FROM billing.numbering WHERE organization_id = $1 FOR UPDATE";
    private static final String FIRST_CHANGE =
            "INSERT INTO billing.numbering (organization_id) VALUES ($1) ON CONFLICT (organization_id) DO NOTHING";

    /** Takes all numbers and writes all entries at once; the lock makes them gapless. */
    private static final String APPEND = """
            WITH numbers AS (
                UPDATE billing.numbering SET next_audit_entry = next_audit_entry + $2::bigint, next_sequence = $10
                WHERE organization_id = $1 RETURNING next_audit_entry - $2::bigint AS first_entry)
            INSERT INTO billing.audit (organization_id, entry, occurred_at, actor, request_id, action, target, before, after)
            SELECT $1, numbers.first_entry + sent.ordinal - 1, $3, $4, $5, sent.action, sent.target, sent.before::jsonb,
                sent.after::jsonb
            FROM numbers,
                unnest($6::text[], $7::text[], $8::text[], $9::text[])
                    WITH ORDINALITY AS sent (action, target, before, after, ordinal)
            """;

    private static final int ID_PLACE_SHIFT = 16;
    private static final long ID_VERSION = 0x8000L;
    private static final long ID_RANDOM = 0x0FFFL;

    private final Database database;
    private final WallClock clock;

    /**
     * The way to this database.
     *
     * @param clock that tells when things change
     */
    public AuditTrail(Database database, WallClock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Runs a change while no other changes the organization's billing, and commits it with its entries. An exception rolls
     * everything back and reaches the caller. The clock is read once nobody else changes anything, so that no change is dated
     * before one that it follows.
     */
    public <T> T change(Author author, Function<Change, T> work) {
        return database.inOrganization(author.organization(), transaction -> {
            Row numbers = lock(transaction, author.organization());
            Change change = new Change(transaction, author, Timestamps.now(clock), numbers);
            T result = work.apply(change);
            change.write();
            return result;
        });
    }

    /** Gives the next invoice number and the next audit entry. */
    private static Row lock(Database.Transaction transaction, OrganizationId organization) {
        Tuple locked = Tuple.of(organization.value());
        RowSet<Row> numbers = transaction.execute(LOCK, locked);
        if (numbers.size() == 0) {
            transaction.execute(FIRST_CHANGE, locked);
            numbers = transaction.execute(LOCK, locked);
        }
        return numbers.iterator().next();
    }

    /** A change on its way. Owned by the thread that runs it; valid until the work returns. */
    public static final class Change {
        private final Database.Transaction transaction;
        private final Author author;
        private final Instant at;
        private final long firstEntry;
        private long nextSequence;
        private int taken;
        private final List<String> actions = new ArrayList<>();
        private final List<String> targets = new ArrayList<>();
        private final List<@Nullable String> before = new ArrayList<>();
        private final List<@Nullable String> after = new ArrayList<>();

        private Change(Database.Transaction transaction, Author author, Instant at, Row numbers) {
            this.transaction = transaction;
            this.author = author;
            this.at = at;
            this.firstEntry = numbers.getLong("next_audit_entry");
            this.nextSequence = numbers.getLong("next_sequence");
        }

        /** For the statements of the change. */
        public Database.Transaction transaction() {
            return transaction;
        }

        /** Who changes. */
        public Author author() {
            return author;
        }

        /** The time that its rows and entries carry. */
        public Instant at() {
            return at;
        }

        /**
         * An id for what this change creates. Those of one organization ascend from change to change, so that what was created
         * together is read and billed together: a version 8 UUID (RFC 9562) of the next audit entry in 48 bits, the others random.
         */
        public UUID newId() {
            UUID random = UUID.randomUUID();
            long place = firstEntry << ID_PLACE_SHIFT;
            return new UUID(
                    place | ID_VERSION | (random.getMostSignificantBits() & ID_RANDOM),
                    random.getLeastSignificantBits());
        }

        /**
         * Takes the next invoice numbers of the organization. Whoever takes some tells of each invoice ({@link #append}).
         *
         * @return the first one
         */
        public long takeSequences(int count) {
            long first = nextSequence;
            nextSequence += count;
            taken += count;
            return first;
        }

        /**
         * Tells of one thing that was changed; written behind everything else, in the order told.
         *
         * @param action such as {@code customer.created}
         * @param target such as {@code customer:<id>}
         * @param was as the HTTP contract shows the thing; null when it was not there
         * @param is the same afterwards; null when it is gone
         */
        public void append(String action, String target, @Nullable JsonNode was, @Nullable JsonNode is) {
            actions.add(action);
            targets.add(target);
            before.add(JsonColumn.toSql(was));
            after.add(JsonColumn.toSql(is));
        }

        private void write() {
            if (actions.isEmpty()) {
                if (taken > 0) {
                    throw new IllegalStateException(taken + " invoice numbers were taken, and no entry tells of it");
                }
                return;
            }
            Tuple entries = Tuple.tuple()
                    .addUUID(author.organization().value())
                    .addLong((long) actions.size())
                    .addOffsetDateTime(Timestamps.toSql(at))
                    .addString(author.actor())
                    .addValue(author.requestId())
                    .addArrayOfString(actions.toArray(String[]::new))
                    .addArrayOfString(targets.toArray(String[]::new))
                    .addArrayOfString(before.toArray(String[]::new))
                    .addArrayOfString(after.toArray(String[]::new))
                    .addLong(nextSequence);
            int written = transaction.execute(APPEND, entries).rowCount();
            if (written != actions.size()) {
                throw new IllegalStateException(written + " of " + actions.size() + " audit entries were written");
            }
        }
    }
}
