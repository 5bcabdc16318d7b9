package dev.valora.config.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.config.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One server for all tests of the contract, with a clock that they turn; checks every answer before it hands it on. */
final class ContractServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> PROBLEM =
            List.of("type", "title", "status", "detail", "code", "request_id", "errors");

    private final Path directory;
    private final ServerProcess process;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Documented documented;

    /** Gives the server to the constructors of test classes, and ends it after the last of them. */
    static final class Shared implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ContractServer.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Shared.class))
                    .getOrComputeIfAbsent(ContractServer.class, type -> started(), ContractServer.class);
        }
    }

    private ContractServer(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.process = ServerProcess.serve(
                directory,
                Map.of(
                        "VALORA_DATA_DIR",
                        directory.resolve("data").toString(),
                        "VALORA_CLOCK",
                        "manual",
                        "VALORA_CLOCK_START",
                        "2026-01-01T00:00:00Z",
                        "VALORA_RATE_LIMITS",
                        "off"));
        HttpRequest request = HttpRequest.newBuilder(process.address().resolve("/openapi.json"))
                .build();
        this.documented =
                new Documented(new Answer(client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8))).json());
    }

    private static ContractServer started() {
        try {
            return new ContractServer(Files.createTempDirectory("valora-contract-"));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    Documented documented() {
        return documented;
    }

    /** Calls with the operator's key. */
    Caller operator() {
        return new Caller(this, ServerProcess.OPERATOR_KEY);
    }

    /** A new organization in UTC that sells in dollars, with the members of {@code more}, which begin with a comma. */
    Caller organization(String more) throws IOException, InterruptedException {
        Answer created = operator()
                .call("POST", "/v1/organizations", "{'name':'Seller','currency':'USD','timezone':'UTC'" + more + "}");
        assertEquals(201, created.status(), created.text());
        return new Caller(this, created.at("/api_key/secret"));
    }

    /** Turns the clock, unless it shows that time or a later one already; what is due is done with the answer. */
    void turnTo(String instant) throws IOException, InterruptedException {
        Answer turned = operator().call("PUT", "/v1/clock", "{'now':'" + instant + "'}");
        assertEquals(200, turned.status(), turned.text());
        assertEquals("[]", turned.json().get("set_aside").toString());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(process.address() + path)).timeout(PATIENCE);
    }

    /** Sends a request and checks what holds for every answer. */
    Answer send(HttpRequest request) throws IOException, InterruptedException {
        Answer answer = new Answer(client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8)));
        String told = request.method() + " " + request.uri() + ": " + answer.text();
        boolean isHead = request.method().equals("HEAD");
        assertEquals(true, answer.header("X-Request-Id").isPresent(), told);
        if (answer.status() >= 400 && !isHead) {
            assertEquals(
                    "application/problem+json", answer.header("Content-Type").orElse(""), told);
            JsonNode problem = answer.json();
            List<String> members = new ArrayList<>();
            problem.fieldNames().forEachRemaining(members::add);
            assertEquals(PROBLEM, members.subList(0, PROBLEM.size()), told);
            assertEquals(
                    "/problems/" + problem.get("code").textValue(),
                    problem.get("type").textValue(),
                    told);
            assertEquals(answer.status(), problem.get("status").intValue(), told);
            boolean isReplayed = answer.header("Idempotency-Replayed").isPresent();
            if (!isReplayed) {
                assertEquals(
                        answer.header("X-Request-Id").orElse(""),
                        problem.get("request_id").textValue(),
                        told);
            }
        } else if (answer.mediaType().equals("application/json")) {
            assertEquals("application/json", answer.header("Content-Type").orElse(""), told);
        }
        if (!isHead) {
            assertEquals(
                    List.of(),
                    documented.differences(request.method(), request.uri().getRawPath(), answer),
                    told);
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        try {
            process.terminate();
            process.exitCode();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        process.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
