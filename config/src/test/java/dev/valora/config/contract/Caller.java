package dev.valora.config.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A key and what is asked with it. JSON is written with single quotes, and {@code <x*255>} is 255 times x. */
record Caller(ContractServer server, String key) {

    private static final Pattern REPEATED = Pattern.compile("<([^*<>]+)\\*(\\d+)>");

    /** The request, with JSON unless there is no body. */
    HttpRequest.Builder request(String method, String path, @Nullable String body) {
        HttpRequest.Builder request = server.request(path).header("Authorization", "Bearer " + key);
        if (body == null) {
            return request.method(method, BodyPublishers.noBody());
        }
        BodyPublisher json = BodyPublishers.ofString(expanded(body));
        return request.header("Content-Type", "application/json").method(method, json);
    }

    Answer call(String method, String path, @Nullable String body) throws IOException, InterruptedException {
        return server.send(request(method, path, body).build());
    }

    Answer get(String path) throws IOException, InterruptedException {
        return call("GET", path, null);
    }

    Answer post(String path, String body) throws IOException, InterruptedException {
        return call("POST", path, body);
    }

    /** The same for what must work. */
    Answer create(String path, String body) throws IOException, InterruptedException {
        Answer created = post(path, body);
        assertEquals(201, created.status(), created.text());
        return created;
    }

    /** Sells API calls, a base fee and seats by the month, to the customers c0 and c1. */
    Caller selling() throws IOException, InterruptedException {
        create("/v1/meters", "{'code':'calls','aggregation':'sum','dimensions':['region']}");
        create("/v1/meters", "{'code':'gone','aggregation':'max'}");
        assertEquals(200, call("POST", "/v1/meters/gone/archive", null).status());
        create("/v1/products", "{'code':'api','name':'API'}");
        price("base", "'type':'recurring','interval':'month'", "'model':'flat','amount':'10'");
        price("seats", "'type':'recurring','interval':'month'", "'model':'per_unit','unit_amount':'5'");
        price("yearly", "'type':'recurring','interval':'year'", "'model':'flat','amount':'100'");
        price("weekly", "'type':'recurring','interval':'week'", "'model':'flat','amount':'3'");
        price("use", "'type':'usage','interval':'month','meter':'calls'", "'model':'per_unit','unit_amount':'0.5'");
        create("/v1/plans", "{'code':'pro','name':'Pro','prices':['base','use']}");
        create("/v1/plans", "{'code':'try','name':'Try','prices':['base'],'trial_days':14}");
        create("/v1/customers", "{'key':'c0','name':'C 0'}");
        create("/v1/customers", "{'key':'c1','name':'C 1'}");
        return this;
    }

    private void price(String code, String members, String version) throws IOException, InterruptedException {
        create("/v1/prices", "{'code':'" + code + "','product':'api'," + members + ",'version':{" + version + "}}");
    }

    private static String expanded(String text) {
        Matcher repeated = REPEATED.matcher(text.replace('\'', '"'));
        return repeated.replaceAll(
                match -> Matcher.quoteReplacement(match.group(1).repeat(Integer.parseInt(match.group(2)))));
    }
}
