package dev.valora.ingest.http;

import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the route of a path. Where several templates match, the one with a literal segment earlier wins, so that
 * {@code /v1/usage/events} is not taken for {@code /v1/usage/{key}}. Immutable.
 */
final class RouteTable {

    /** A route and its name in metrics and logs. */
    record Endpoint(Route route, String name) {}

    /** What a request line leads to. */
    sealed interface Match {
        /** With path parameters by name, decoded. */
        record Found(Endpoint endpoint, Map<String, String> parameters) implements Match {}

        /** The path is there, the verb is not. */
        record WrongVerb(SortedSet<String> allowed) implements Match {}

        /** Nothing is there. */
        record Nothing() implements Match {}
    }

    private final Map<Integer, List<Template>> bySegments = new HashMap<>();

    /** Throws {@link IllegalArgumentException} when a template is malformed or a route stands twice. */
    RouteTable(List<Route> routes) {
        for (Route route : routes) {
            Template template = Template.of(route);
            List<Template> alike = bySegments.computeIfAbsent(template.segments.length, size -> new ArrayList<>());
            for (Template other : alike) {
                if (other.verb() == template.verb() && other.shape.equals(template.shape)) {
                    throw new IllegalArgumentException("two routes for " + template.endpoint.name());
                }
            }
            alike.add(template);
        }
        bySegments.values().forEach(alike -> alike.sort(Comparator.comparing(template -> template.shape)));
    }

    /**
     * @param path raw, without the query
     * @throws dev.valora.ingest.ProblemException 400 when a matching segment cannot be decoded
     */
    Match find(String verb, String path) {
        if (!path.startsWith("/")) {
            return new Match.Nothing();
        }
        String[] raw = path.substring(1).split("/", -1);
        List<Template> alike = bySegments.get(raw.length);
        if (alike == null) {
            return new Match.Nothing();
        }
        String[] segments = new String[raw.length];
        for (int i = 0; i < raw.length; i++) {
            segments[i] = UriText.segment(raw[i]);
        }
        SortedSet<String> allowed = new TreeSet<>();
        String shape = "";
        for (Template template : alike) {
            // A less literal template is another resource, whose verbs do not count.
            if (!allowed.isEmpty() && !template.shape.equals(shape)) {
                break;
            }
            if (template.matches(segments)) {
                if (template.verb().name().equals(verb)) {
                    return new Match.Found(template.endpoint, template.parameters(segments));
                }
                shape = template.shape;
                allowed.add(template.verb().name());
            }
        }
        return allowed.isEmpty() ? new Match.Nothing() : new Match.WrongVerb(allowed);
    }

    /** A template taken apart; {@code shape} sorts literals before parameters and is equal for equal sets of paths. */
    private record Template(Endpoint endpoint, String[] segments, boolean[] literal, String shape) {

        static Template of(Route route) {
            if (!route.template().startsWith("/")) {
                throw new IllegalArgumentException("a template begins with a slash: " + route.template());
            }
            String[] segments = route.template().substring(1).split("/", -1);
            boolean[] literal = new boolean[segments.length];
            StringBuilder shape = new StringBuilder();
            for (int i = 0; i < segments.length; i++) {
                String segment = segments[i];
                literal[i] = !segment.startsWith("{");
                if (!literal[i]) {
                    if (!segment.endsWith("}") || segment.length() < 3) {
                        throw new IllegalArgumentException("a name in braces is a whole segment: " + route.template());
                    }
                    segments[i] = segment.substring(1, segment.length() - 1);
                }
                // '~' sorts behind every character of a literal segment.
                shape.append('/').append(literal[i] ? segment : "~");
            }
            String name = route.verb() + " " + route.template();
            return new Template(new Endpoint(route, name), segments, literal, shape.toString());
        }

        HttpVerb verb() {
            return endpoint.route().verb();
        }

        boolean matches(String[] path) {
            for (int i = 0; i < segments.length; i++) {
                if (literal[i] ? !segments[i].equals(path[i]) : path[i].isEmpty()) {
                    return false;
                }
            }
            return true;
        }

        Map<String, String> parameters(String[] path) {
            Map<String, String> parameters = new LinkedHashMap<>();
            for (int i = 0; i < segments.length; i++) {
                if (!literal[i]) {
                    parameters.put(segments[i], path[i]);
                }
            }
            return parameters;
        }
    }
}
