package dev.valora.bench.reference;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stores the events of a body with one statement, which is a transaction of its own, and answers when it is committed. A known
 * key is a duplicate; whether its content is another is not looked at.
 */
final class StoreEvents implements BodySink {

    /** The table; one organization's key counts once. */
    static final String TABLE = """
            CREATE TABLE usage_event (
              organization_id uuid NOT NULL,
              idempotency_key text NOT NULL,
              customer text NOT NULL,
              meter text NOT NULL,
              value numeric,
              event_time timestamptz,
              properties jsonb,
              accepted_at timestamptz NOT NULL DEFAULT now(),
              PRIMARY KEY (organization_id, idempotency_key))
            """;

    private static final String COLUMNS = "INSERT INTO usage_event"
            + " (organization_id, idempotency_key, customer, meter, value, event_time, properties)";

    private static final String ONE = COLUMNS
            + " VALUES ($1, $2, $3, $4, $5::text::numeric, $6::text::timestamptz, $7::text::jsonb)"
            + " ON CONFLICT DO NOTHING";

    private static final String MANY = COLUMNS
            + " SELECT $1, k, c, m, v::numeric, t::timestamptz, p::jsonb"
            + " FROM UNNEST($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) AS e(k, c, m, v, t, p)"
            + " ON CONFLICT DO NOTHING";

    private static final UUID ORGANIZATION = new UUID(1, 2);

    private final SqlClient database;
    private final boolean isMany;
    private final EventColumns events = new EventColumns();

    private StoreEvents(SqlClient database, boolean isMany) {
        this.database = database;
        this.isMany = isMany;
    }

    /** One event a request; a body of more is malformed. */
    static BodySink one(SqlClient database) {
        return new StoreEvents(database, false);
    }

    /** Any number of events a request. */
    static BodySink many(SqlClient database) {
        return new StoreEvents(database, true);
    }

    @Override
    public boolean keepsBody() {
        return true;
    }

    @Override
    public void take(byte[] body, int length, Answer answer) {
        if (!events.read(body, length) || (!isMany && events.size() != 1)) {
            answer.malformed();
            return;
        }
        int count = events.size();
        database.preparedQuery(isMany ? MANY : ONE)
                .execute(isMany ? columns() : row())
                .map(RowSet<Row>::rowCount)
                .onSuccess(inserted -> answer.taken(inserted, count - inserted))
                .onFailure(answer::failed);
    }

    private Tuple row() {
        return Tuple.of(ORGANIZATION)
                .addString(events.keys.getFirst())
                .addString(events.customers.getFirst())
                .addString(events.meters.getFirst())
                .addString(events.values.getFirst())
                .addString(events.times.getFirst())
                .addString(events.properties.getFirst());
    }

    private Tuple columns() {
        return Tuple.of(ORGANIZATION)
                .addArrayOfString(array(events.keys))
                .addArrayOfString(array(events.customers))
                .addArrayOfString(array(events.meters))
                .addArrayOfString(array(events.values))
                .addArrayOfString(array(events.times))
                .addArrayOfString(array(events.properties));
    }

    private static @Nullable String[] array(List<@Nullable String> column) {
        return column.toArray(String[]::new);
    }
}
