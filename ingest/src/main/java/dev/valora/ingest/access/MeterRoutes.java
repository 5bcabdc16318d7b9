package dev.valora.ingest.access;

import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterJournal;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Position;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.RegisteredMeter;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.Timestamps;
import dev.valora.ingest.WallClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /v1/meters}. A definition is journaled and applied to the windows first and written as a row after that, so that
 * the row of a meter means that the meter counts. What a crash leaves between the two is mended by {@link #reconcile}, or by
 * the caller's retry.
 */
public final class MeterRoutes {

    /** Meters of one organization, archived ones among them: the writer looks through them. */
    static final int METERS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(MeterRoutes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int RETRY_AFTER_SECONDS = 1;

    private final MeterStore meters;
    private final OrganizationStore organizations;
    private final MeterDirectory directory;
    private final MeterJournal journal;
    private final AppliedUsage applied;
    private final WallClock clock;

    /** What meters need of the rest of the server. */
    public record Parts(MeterDirectory directory, MeterJournal journal, AppliedUsage applied, WallClock clock) {}

    public MeterRoutes(Database database, OrganizationStore organizations, Parts parts) {
        this.meters = new MeterStore(database);
        this.organizations = organizations;
        this.directory = parts.directory();
        this.journal = parts.journal();
        this.applied = parts.applied();
        this.clock = parts.clock();
    }

    /** To be served. */
    public List<Route> routes() {
        Access write = Access.anyOf(Scope.BILLING_WRITE, Scope.ADMIN);
        Access read = Access.anyOf(Scope.USAGE_READ, Scope.BILLING_READ);
        return List.of(
                new Route(HttpVerb.POST, "/v1/meters", write, this::create),
                new Route(HttpVerb.GET, "/v1/meters", read, this::list),
                new Route(HttpVerb.GET, "/v1/meters/{code}", read, this::get),
                new Route(HttpVerb.PATCH, "/v1/meters/{code}", write, this::relabel),
                new Route(HttpVerb.POST, "/v1/meters/{code}/archive", write, this::archive));
    }

    /** Makes the rows follow the journal. Once at start, after the journal was replayed and before requests are taken. */
    public void reconcile() {
        meters.reconcile(directory, Timestamps.now(clock));
    }

    private Reply create(ApiRequest request) {
        JsonFields fields = request.fields();
        MeterFields sent = MeterFields.read(fields);
        OrganizationId organization = request.organization();
        // Reading first shows that PostgreSQL is there: nothing is journaled that could not get its row.
        MeterDefinition definition =
                sent.definition(organizations.organization(organization).windowMinutes(), organization);
        refuseTooMany(organization);
        switch (await(journal.define(definition))) {
            case MeterJournal.Definition.Defined defined -> awaitApplied(defined.sequence());
            case MeterJournal.Definition.CodeTaken ignored -> resumeOrRefuse(definition);
        }
        if (!meters.insert(definition, sent.label(), Timestamps.now(clock), null)) {
            // Another request for the same meter wrote the row meanwhile: it is the one that is told 201.
            throw codeTaken(definition.code());
        }
        return Reply.created(find(organization, definition.code()).toJson());
    }

    private Reply list(ApiRequest request) {
        Page page = Page.of(request.query());
        request.query().check(Page.PARAMETERS);
        return Reply.ok(page.reply(
                meters.list(request.organization(), page),
                MeterStore.Listed::number,
                listed -> listed.meter().toJson()));
    }

    private Reply get(ApiRequest request) {
        request.query().check(Set.of());
        return Reply.ok(
                find(request.organization(), request.pathParameter("code")).toJson());
    }

    private Reply relabel(ApiRequest request) {
        String code = request.pathParameter("code");
        JsonFields fields = request.fields();
        MeterFields.LabelChange change = MeterFields.labelChange(fields);
        fields.check();
        return meters.relabel(request.organization(), code, change::applyTo)
                .map(meter -> Reply.ok(meter.toJson()))
                .orElseThrow(() -> notFound(code));
    }

    private Reply archive(ApiRequest request) {
        OrganizationId organization = request.organization();
        String code = request.pathParameter("code");
        find(organization, code);
        switch (await(journal.archive(organization, code))) {
            case MeterJournal.Archiving.Archived archived -> awaitApplied(archived.sequence());
            case MeterJournal.Archiving.AlreadyArchived ignored -> awaitApplied(archivedSequence(organization, code));
            case MeterJournal.Archiving.NoSuchMeter ignored -> throw notFound(code);
        }
        meters.archive(organization, code, Timestamps.now(clock));
        return Reply.ok(find(organization, code).toJson());
    }

    private Meter find(OrganizationId organization, String code) {
        return meters.find(organization, code).orElseThrow(() -> notFound(code));
    }

    private void refuseTooMany(OrganizationId organization) {
        if (meters.count(organization) >= METERS) {
            throw new ProblemException(Problem.of(
                    ProblemKind.CONFLICT, "too_many_meters", "An organization has at most " + METERS + " meters."));
        }
    }

    /**
     * The journal has the code. Without a row, an earlier request was cut off behind the journal: the same definition goes on
     * where that one stopped; for another one the row is written as journaled, so that the taken code can be seen.
     */
    private void resumeOrRefuse(MeterDefinition wanted) {
        RegisteredMeter journaled = directory.find(wanted.organization(), wanted.code());
        if (journaled == null
                || meters.find(wanted.organization(), wanted.code()).isPresent()) {
            throw codeTaken(wanted.code());
        }
        awaitApplied(Position.unpack(journaled.definedAt()).sequence());
        if (!journaled.definition().equals(wanted)) {
            meters.insert(journaled.definition(), Meter.Label.NONE, Timestamps.now(clock), null);
            throw codeTaken(wanted.code());
        }
    }

    private long archivedSequence(OrganizationId organization, String code) {
        @Nullable RegisteredMeter meter = directory.find(organization, code);
        if (meter == null || !meter.isArchived()) {
            throw new IllegalStateException("the journal archived the meter " + code + ", the directory did not");
        }
        return Position.unpack(meter.archivedAt()).sequence();
    }

    private void awaitApplied(long sequence) {
        if (!applied.awaitApplied(sequence, PATIENCE)) {
            throw new ProblemException(Problem.unavailable(
                    "meter_not_applied_yet",
                    "The meter is journaled but the windows are behind; send the same again.",
                    RETRY_AFTER_SECONDS));
        }
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            if (failed.getCause() instanceof ProblemException refused) {
                throw refused;
            }
            LOG.warn("a meter did not reach the journal", failed);
            throw unavailable();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable();
        }
    }

    private static ProblemException unavailable() {
        return new ProblemException(Problem.unavailable(
                "journal_unavailable",
                "The journal takes nothing right now; send the same again.",
                RETRY_AFTER_SECONDS));
    }

    private static ProblemException codeTaken(String code) {
        return new ProblemException(Problem.of(
                ProblemKind.CONFLICT,
                "meter_code_taken",
                "There is a meter " + code + " already; choose another code."));
    }

    private static ProblemException notFound(String code) {
        return new ProblemException(Problem.notFound("meter", code));
    }
}
