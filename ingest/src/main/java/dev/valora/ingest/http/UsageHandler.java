package dev.valora.ingest.http;

import dev.valora.ingest.Access;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Limits;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.QueryParameters;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.admission.Rejection;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.intake.Intake;
import dev.valora.ingest.intake.Refusals;
import java.util.Set;

/** {@code POST /v1/usage}: from the body's bytes to the single writer without leaving the event loop. One event loop. */
final class UsageHandler {

    static final String PATH = "/v1/usage";
    static final String NAME = "POST " + PATH;

    private static final Access ACCESS = Access.anyOf(Scope.USAGE_WRITE);
    private static final String ATOMIC = "atomic";

    private final EdgeLoop loop;
    private final Gate gate;
    private final UsageReader reader;
    private final Intake intake;
    private final RateLimits rates;
    private final GzipBody gzip;

    /**
     * A request whose head was read.
     *
     * @param lines whether its body is newline-delimited
     */
    private record UsageRequest(Exchange exchange, OrganizationId organization, boolean atomic, boolean lines) {}

    UsageHandler(EdgeLoop loop, Gate gate, RateLimits rates) {
        this.loop = loop;
        this.gate = gate;
        this.reader = loop.parts().readers().get();
        this.intake = loop.parts().intake();
        this.rates = rates;
        this.gzip = new GzipBody(loop.bodies());
    }

    /** The entry by which the route table knows this path; its handler is never called. */
    static Route route() {
        return new Route(HttpVerb.POST, PATH, ACCESS, request -> {
            throw new IllegalStateException("usage is not handled as a call");
        });
    }

    /** Takes a request whose head was received. */
    void handle(Exchange exchange) {
        exchange.route(NAME);
        gate.admit(exchange, ACCESS, caller -> {
            OrganizationId organization = caller.organization();
            if (organization == null) {
                throw new IllegalStateException("the gate let somebody pass who belongs to no organization");
            }
            long waitNanos = rates.admit(organization, loop.nanos());
            if (waitNanos > 0) {
                exchange.refuse(Problems.rateLimited(waitNanos));
            } else {
                receive(exchange, organization);
            }
        });
    }

    private void receive(Exchange exchange, OrganizationId organization) {
        Intake.Offer standing = intake.standing();
        if (standing != Intake.Offer.TAKEN) {
            exchange.refuse(Refusals.problem(standing));
            return;
        }
        UsageMedia media = Media.usage(exchange.request());
        if (media == null) {
            exchange.refuse(Media.usageProblem(exchange.request()));
            return;
        }
        boolean atomic = isAtomic(exchange);
        if (exchange.declaredLength() > Limits.REQUEST_BODY_BYTES) {
            exchange.refuse(Problems.bodyTooLarge(Limits.REQUEST_BODY_BYTES));
            return;
        }
        UsageRequest request = new UsageRequest(exchange, organization, atomic, media.isLines());
        exchange.receive(
                Limits.REQUEST_BODY_BYTES,
                media.isGzip()
                        ? (bytes, length) ->
                                gzip.inflate(bytes, length, (plain, plainLength) -> read(request, plain, plainLength))
                        : (bytes, length) -> read(request, bytes, length));
    }

    /** Throws 422 when the query says anything else than {@code atomic=true} or {@code atomic=false}. */
    private static boolean isAtomic(Exchange exchange) {
        String raw = exchange.request().query();
        if (raw == null) {
            return false;
        }
        QueryParameters query = UriText.query(raw);
        String atomic = query.text(ATOMIC).orElse("false");
        if (!atomic.equals("true") && !atomic.equals("false")) {
            query.problem(ATOMIC, "invalid_choice", "Use true or false.");
        }
        query.check(Set.of(ATOMIC));
        return atomic.equals("true");
    }

    private void read(UsageRequest request, byte[] bytes, int length) {
        Exchange exchange = request.exchange();
        UsageExchange usage = loop.batches().take();
        if (usage == null) {
            exchange.refuse(Problems.overloaded());
            return;
        }
        UsageBatch batch = usage.batch();
        long begun = loop.nanos();
        try {
            batch.begin(request.organization(), request.atomic());
            reader.parse(bytes, length, request.lines(), batch);
        } catch (ProblemException unreadable) {
            usage.refuse(exchange, unreadable.problem());
            return;
        } catch (RuntimeException | Error failure) {
            usage.giveBack();
            throw failure;
        }
        int events = batch.size() + batch.rejections().size();
        long parsed = loop.nanos();
        rates.charge(request.organization(), events, parsed);
        loop.observer().onUsageParsed(length, events, parsed - begun);
        for (Rejection rejection : batch.rejections()) {
            loop.observer().onUsageRejected(rejection.code());
        }
        usage.begin(exchange, request.lines() ? BodyForm.LINES : BodyForm.of(bytes, length, events));
        if (batch.size() == 0) {
            // Nothing to admit, so the writer has nothing to decide.
            usage.finish();
            return;
        }
        Intake.Offer offer = intake.offer(batch);
        if (offer != Intake.Offer.TAKEN) {
            usage.refuse(exchange, Refusals.problem(offer));
        }
        // What was taken is the writer's until it comes back through the loop's completions.
    }
}
