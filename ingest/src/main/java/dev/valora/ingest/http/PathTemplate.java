package dev.valora.ingest.http;

import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A route's template taken apart.
 *
 * @param segments the text of literal ones, the name of parameters
 * @param shape sorts literal segments before parameters, and is equal for templates that match the same paths
 */
record PathTemplate(RouteTable.Endpoint endpoint, List<Segment> segments, String shape) {

    /** Between two slashes. */
    record Segment(String text, boolean isLiteral) {}

    PathTemplate {
        segments = List.copyOf(segments);
    }

    /** Throws {@link IllegalArgumentException} when the template is malformed. */
    static PathTemplate of(Route route) {
        if (!route.template().startsWith("/")) {
            throw new IllegalArgumentException("a template begins with a slash: " + route.template());
        }
        List<Segment> segments = new ArrayList<>();
        StringBuilder shape = new StringBuilder();
        for (String text : route.template().substring(1).split("/", -1)) {
            Segment segment = segment(text, route.template());
            segments.add(segment);
            // '~' sorts behind every character of a literal segment.
            shape.append('/').append(segment.isLiteral() ? text : "~");
        }
        RouteTable.Endpoint endpoint = new RouteTable.Endpoint(route, route.verb() + " " + route.template());
        return new PathTemplate(endpoint, segments, shape.toString());
    }

    private static Segment segment(String text, String template) {
        if (!text.startsWith("{")) {
            return new Segment(text, true);
        }
        if (!text.endsWith("}") || text.length() < 3) {
            throw new IllegalArgumentException("a name in braces is a whole segment: " + template);
        }
        return new Segment(text.substring(1, text.length() - 1), false);
    }

    int size() {
        return segments.size();
    }

    HttpVerb verb() {
        return endpoint.route().verb();
    }

    /** Whether a path of as many segments is one of these; a parameter is never empty. */
    boolean matches(List<String> path) {
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.isLiteral()
                    ? !segment.text().equals(path.get(i))
                    : path.get(i).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** The parameters of a path that matches. */
    Map<String, String> parameters(List<String> path) {
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            if (!segments.get(i).isLiteral()) {
                parameters.put(segments.get(i).text(), path.get(i));
            }
        }
        return parameters;
    }
}
