package dev.valora.ingest.http;

import dev.valora.ingest.Access;
import dev.valora.ingest.Authenticator;
import dev.valora.ingest.Caller;
import dev.valora.ingest.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Collections;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets a request pass that has a good key with the right scope. Answers all others. One event loop. */
final class Gate {

    private static final Caller ANONYMOUS = new Caller(null, Set.of(), "anonymous");

    private final EdgeLoop loop;
    private final Authenticator authenticator;
    private final CallThreads threads;

    Gate(EdgeLoop loop, CallThreads threads) {
        this.loop = loop;
        this.authenticator = loop.parts().authenticator();
        this.threads = threads;
    }

    /** Goes on with {@code next} on the event loop, at once when the key is known from memory. */
    void admit(Exchange exchange, Access access, Consumer<Caller> next) {
        if (access instanceof Access.Public) {
            next.accept(ANONYMOUS);
            return;
        }
        String authorization = exchange.request().getHeader(HttpHeaders.AUTHORIZATION);
        Caller caller = authenticator.known(authorization);
        if (caller != null) {
            check(exchange, access, caller, next);
            return;
        }
        // A stranger's body is not received before the key was looked up.
        HttpServerRequest request = exchange.request().pause();
        boolean running = threads.tryRun(() -> {
            Runnable outcome = lookUp(exchange, access, authorization, next);
            loop.run(() -> {
                if (!exchange.isGone()) {
                    runSafely(exchange, outcome);
                    request.resume();
                }
            });
        });
        if (!running) {
            exchange.refuse(Problems.overloaded());
            request.resume();
        }
    }

    /** On a virtual thread; returns what is to be done on the event loop. */
    private Runnable lookUp(Exchange exchange, Access access, @Nullable String authorization, Consumer<Caller> next) {
        try {
            Caller caller = authenticator.authenticate(authorization);
            return () -> check(exchange, access, caller, next);
        } catch (ProblemException refused) {
            return () -> exchange.refuse(refused.problem());
        } catch (RuntimeException | Error failure) {
            return () -> exchange.fail(failure);
        }
    }

    private static void runSafely(Exchange exchange, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error failure) {
            exchange.fail(failure);
        }
    }

    private static void check(Exchange exchange, Access access, Caller caller, Consumer<Caller> next) {
        boolean passes = switch (access) {
            case Access.Operator operator -> caller.organization() == null;
            case Access.AnyOf anyOf ->
                caller.organization() != null && !Collections.disjoint(anyOf.scopes(), caller.scopes());
            case Access.Public everyone -> true;
        };
        if (passes) {
            next.accept(caller);
        } else {
            exchange.refuse(Problems.forbidden(access));
        }
    }
}
