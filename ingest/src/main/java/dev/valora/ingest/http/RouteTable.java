package dev.valora.ingest.http;

import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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

    private final Map<Integer, List<PathTemplate>> bySegments = new HashMap<>();

    /** Throws {@link IllegalArgumentException} when a template is malformed or a route stands twice. */
    RouteTable(List<Route> routes) {
        for (Route route : routes) {
            PathTemplate template = PathTemplate.of(route);
            List<PathTemplate> alike = bySegments.computeIfAbsent(template.size(), size -> new ArrayList<>());
            for (PathTemplate other : alike) {
                if (other.verb() == template.verb() && other.shape().equals(template.shape())) {
                    throw new IllegalArgumentException(
                            "two routes for " + template.endpoint().name());
                }
            }
            alike.add(template);
        }
        bySegments.values().forEach(alike -> alike.sort(Comparator.comparing(PathTemplate::shape)));
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
        List<PathTemplate> alike = bySegments.get(raw.length);
        if (alike == null) {
            return new Match.Nothing();
        }
        List<String> segments = new ArrayList<>(raw.length);
        for (String segment : raw) {
            segments.add(UriText.segment(segment));
        }
        SortedSet<String> allowed = new TreeSet<>();
        String shape = "";
        for (PathTemplate template : alike) {
            // A less literal template is another resource, whose verbs do not count.
            if (!allowed.isEmpty() && !template.shape().equals(shape)) {
                break;
            }
            if (template.matches(segments)) {
                if (template.verb().name().equals(verb)) {
                    return new Match.Found(template.endpoint(), template.parameters(segments));
                }
                shape = template.shape();
                allowed.add(template.verb().name());
                if (template.verb() == HttpVerb.GET) {
                    allowed.add("HEAD");
                }
            }
        }
        return allowed.isEmpty() ? new Match.Nothing() : new Match.WrongVerb(allowed);
    }
}
