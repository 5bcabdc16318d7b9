package dev.valora.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server in a process of its own, as an operator starts it, with a client that knows only the wire. */
public final class ServerProcess implements AutoCloseable {

    public static final String OPERATOR_KEY = "operator-key-of-the-tests";

    private static final int START_SECONDS = 90;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    private final Path stderr;
    private final BufferedReader stdout;
    private String http = "";
    private String management = "";

    private ServerProcess(Process process, Path stderr) {
        this.process = process;
        this.stderr = stderr;
        this.stdout = process.inputReader(UTF_8);
    }

    /** Runs the command line; does not wait for anything. */
    static ServerProcess run(Path workingDirectory, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("valora.jvm.flags", "").split(" ")));
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.valora.config.Main"));
        command.addAll(List.of(arguments));
        Path stderr = Files.createTempFile(workingDirectory, "stderr", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(workingDirectory.toFile()).redirectError(stderr.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("VALORA_"));
        builder.environment()
                .putAll(Map.of(
                        "VALORA_HTTP_PORT", "0",
                        "VALORA_MANAGEMENT_PORT", "0",
                        "VALORA_OPERATOR_KEY", OPERATOR_KEY));
        builder.environment().putAll(environment);
        return new ServerProcess(builder.start(), stderr);
    }

    /** Serves, and waits for the line that says it is ready. */
    public static ServerProcess serve(Path workingDirectory, Map<String, String> environment) throws IOException {
        ServerProcess server = run(workingDirectory, environment, "serve");
        String line = server.stdout.readLine();
        if (line == null || !line.startsWith("ready http://")) {
            server.close();
            throw new IOException("not ready: " + line + "\n" + server.errors());
        }
        String[] words = line.split(" ", -1);
        server.http = words[1];
        server.management = words[3];
        return server;
    }

    /** Where it serves the API. */
    public URI address() {
        return URI.create(http);
    }

    /** Waits for the end. */
    public int exitCode() throws InterruptedException, IOException {
        if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the process does not end\n" + errors());
        }
        return process.exitValue();
    }

    /** What it said on standard error. */
    String errors() throws IOException {
        return Files.readString(stderr);
    }

    /** What it said on standard output beyond the ready line. */
    String output() throws IOException {
        StringBuilder rest = new StringBuilder();
        for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
            rest.append(line).append('\n');
        }
        return rest.toString();
    }

    /** SIGTERM. */
    public void terminate() {
        // By its handle, because destroying the process would close its streams here.
        process.toHandle().destroy();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    HttpResponse<String> call(String method, String path, String key, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(http + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + key)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body, UTF_8));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    /** Calls and reads the answer, which must have this status. */
    JsonNode json(int status, String method, String path, String key, @Nullable String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response = call(method, path, key, body);
        if (response.statusCode() != status) {
            throw new IOException(method + " " + path + " answered " + response.statusCode() + ": " + response.body()
                    + "\n" + errors());
        }
        return Json.read(response.body().getBytes(UTF_8));
    }

    /** Creates a seller; its key. */
    String organization(String name, String currency, String timezone) throws IOException, InterruptedException {
        String body = "{'name':'" + name + "','currency':'" + currency + "','timezone':'" + timezone + "'}";
        return post("/v1/organizations", OPERATOR_KEY, body)
                .at("/api_key/secret")
                .textValue();
    }

    /** Creates something, told in JSON with single quotes; the answer. */
    JsonNode post(String path, String key, String body) throws IOException, InterruptedException {
        return json(201, "POST", path, key, body.replace('\'', '"'));
    }

    /** Turns the manual clock, and what is due is done; the answer. */
    JsonNode turn(String instant) throws IOException, InterruptedException {
        return json(200, "PUT", "/v1/clock", OPERATOR_KEY, "{\"now\":\"" + instant + "\"}");
    }

    HttpResponse<String> probe(String path) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(management + path)).build(),
                HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
