package dev.valora.bench.fuzz;

import dev.valora.bench.fuzz.EventOracle.MalformedException;
import dev.valora.bench.fuzz.Expected.Fate;
import dev.valora.bench.fuzz.Expected.Refused;
import dev.valora.bench.fuzz.Expected.Rejected;
import dev.valora.bench.fuzz.Expected.Taken;
import dev.valora.ingest.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Says what should become of a body, from its tree alone. One thread. */
final class BodyOracle {

    private static final String MALFORMED = "malformed_json";
    private static final String NOT_EVENTS = "not_events";
    private static final String NO_EVENTS = "no_events";
    private static final String INVALID = "invalid_request";
    private static final String TOO_MANY = "too_many_events";

    /** A body that breaks off may be refused for what was read before. */
    private static final Set<String> OF_NO_JSON = Set.of(MALFORMED, NOT_EVENTS, INVALID, TOO_MANY);

    private final Trees trees = new Trees();
    private final MeterRules meters = new MeterRules();

    /** @param lines whether the body is newline-delimited */
    Expected expect(byte[] body, int length, boolean lines) {
        Expected expected = ofBody(body, length, lines);
        if (expected instanceof Refused refused && trees.isLongNameSeen()) {
            Set<String> codes = new HashSet<>(refused.codes());
            codes.add(MALFORMED);
            return new Refused(codes);
        }
        return expected;
    }

    private Expected ofBody(byte[] body, int length, boolean lines) {
        Optional<List<Node>> read = trees.read(body, length);
        if (read.isEmpty()) {
            return new Refused(OF_NO_JSON);
        }
        List<Node> roots = read.get();
        if (lines) {
            return ofEvents(roots, "");
        }
        if (roots.size() == 1) {
            return ofDocument(roots.getFirst());
        }
        // Nothing, or more than one document.
        return new Refused(OF_NO_JSON);
    }

    private Expected ofDocument(Node root) {
        return switch (root) {
            case Node.Items items -> ofEvents(items.list(), "");
            case Node.Members members -> ofObject(members);
            case Node.Text other -> new Refused(Set.of(NOT_EVENTS));
            case Node.Numeral other -> new Refused(Set.of(NOT_EVENTS));
            case Node.Truth other -> new Refused(Set.of(NOT_EVENTS));
            case Node.Nothing other -> new Refused(Set.of(NOT_EVENTS));
        };
    }

    private Expected ofObject(Node.Members members) {
        if (members.list().isEmpty() || !members.list().getFirst().name().equals("events")) {
            EventOracle oracle = new EventOracle();
            try {
                Fate fate = oracle.judge(members, meters);
                return oracle.isAroundEvents()
                        ? new Refused(Set.of(INVALID))
                        : new Taken(List.of(fate), trees.isLongNameSeen());
            } catch (MalformedException twice) {
                return new Refused(Set.of(MALFORMED));
            }
        }
        if (!(members.list().getFirst().value() instanceof Node.Items items)) {
            return new Refused(Set.of(NOT_EVENTS));
        }
        Expected inside = ofEvents(items.list(), "/events");
        boolean isUnread = inside instanceof Refused refused && !refused.codes().contains(NO_EVENTS);
        if (isUnread || members.list().size() == 1) {
            return inside;
        }
        return new Refused(Set.of(members.list().get(1).name().equals("events") ? MALFORMED : INVALID));
    }

    /** @param pointer of the list */
    private Expected ofEvents(List<Node> events, String pointer) {
        List<Fate> fates = new ArrayList<>();
        for (Node event : events) {
            if (fates.size() == Limits.REQUEST_EVENTS) {
                return new Refused(Set.of(TOO_MANY));
            }
            try {
                Fate fate = new EventOracle().judge(event, meters);
                fates.add(
                        fate instanceof Rejected rejected
                                ? new Rejected(
                                        rejected.code(),
                                        rejected.key(),
                                        pointer + "/" + fates.size() + rejected.pointer())
                                : fate);
            } catch (MalformedException twice) {
                return new Refused(Set.of(MALFORMED));
            }
        }
        return fates.isEmpty() ? new Refused(Set.of(NO_EVENTS)) : new Taken(fates, trees.isLongNameSeen());
    }
}
