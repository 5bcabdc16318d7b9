package dev.valora.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Bodies of usage events: most of them right, in all the ways in which one may write the same, and some with one or two things
 * that a sender gets wrong. A new one for each body, which follows from the random numbers alone.
 */
final class BodyGenerator {

    private final SplittableRandom random;
    private final StringBuilder text = new StringBuilder();
    private final int wrongPerMille;
    private final boolean isPlain;
    private int keys;

    BodyGenerator(SplittableRandom random) {
        this.random = random;
        this.isPlain = random.nextInt(3) == 0;
        this.wrongPerMille = random.nextInt(3) == 0 ? 60 : 0;
    }

    /** A body as bytes. */
    byte[] body(boolean lines) {
        int events = random.nextInt(8) == 0 ? 1 + random.nextInt(60) : 1 + random.nextInt(4);
        if (lines) {
            for (int i = 0; i < events; i++) {
                space();
                event();
                text.append(oneIn(6) ? "" : "\n");
            }
            return bytes();
        }
        switch (random.nextInt(4)) {
            case 0 -> event();
            case 1 -> {
                text.append("{");
                space();
                text.append("\"events\"");
                space();
                text.append(":");
                list(events);
                if (isWrong()) {
                    text.append(",\"")
                            .append(oneOf("atomic", "events", "idempotency_key"))
                            .append("\":[]");
                }
                text.append("}");
            }
            default -> list(events);
        }
        space();
        return bytes();
    }

    private byte[] bytes() {
        // Lone surrogates become question marks here; as escapes they stay.
        return text.toString().getBytes(UTF_8);
    }

    private boolean oneIn(int turns) {
        return random.nextInt(turns) == 0;
    }

    private boolean isWrong() {
        return random.nextInt(1_000) < wrongPerMille;
    }

    private String oneOf(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private String oneOf(String... choices) {
        return oneOf(List.of(choices));
    }

    private void space() {
        text.append(isPlain ? "" : oneOf(Samples.SPACES));
    }

    private void list(int events) {
        text.append("[");
        for (int i = 0; i < events; i++) {
            text.append(i == 0 ? "" : ",");
            space();
            event();
            space();
        }
        text.append("]");
    }

    private void event() {
        if (isWrong()) {
            text.append(oneOf(Samples.TYPED));
            return;
        }
        List<String> members = new ArrayList<>(List.of("idempotency_key", "customer"));
        members.add(oneIn(4) ? "type" : "meter");
        optional(members, "value", 5);
        optional(members, "timestamp", 3);
        optional(members, "properties", 2);
        if (isWrong()) {
            members.remove(random.nextInt(members.size()));
        }
        if (isWrong()) {
            members.add(oneOf("meter", "type", "value", "extra", "events", "", "Customer", "idempotency_key"));
        }
        if (!isPlain && oneIn(2)) {
            shuffle(members);
        }
        text.append("{");
        for (int i = 0; i < members.size(); i++) {
            text.append(i == 0 ? "" : ",");
            space();
            member(members.get(i));
            space();
        }
        text.append("}");
    }

    private void optional(List<String> members, String name, int absentOneIn) {
        if (!oneIn(absentOneIn)) {
            members.add(name);
        }
    }

    private void shuffle(List<String> members) {
        for (int i = members.size() - 1; i > 0; i--) {
            members.add(random.nextInt(i + 1), members.remove(i));
        }
    }

    private void member(String name) {
        string(name, !isPlain && oneIn(200));
        space();
        text.append(":");
        space();
        if (isWrong()) {
            text.append(oneOf(Samples.TYPED));
            return;
        }
        switch (name) {
            case "idempotency_key" -> string(key(), escapes());
            case "customer" -> string(isPlain || oneIn(2) ? "customer-" + random.nextInt(100) : anyText(), escapes());
            case "meter" -> string(oneIn(30) ? anyText() : oneOf(MeterRules.CODES), escapes());
            case "type" -> string(oneIn(3) ? anyText() : "call", escapes());
            case "value" -> value();
            case "timestamp" -> string(oneIn(4) ? oneOf(Samples.INSTANTS) : anyInstant(), escapes());
            case "properties" -> properties();
            default -> text.append(oneOf(Samples.TYPED));
        }
    }

    private String key() {
        return oneIn(40) ? anyText() : "key-" + random.nextInt(1_000_000) + "-" + keys++;
    }

    private String anyText() {
        String base = oneOf(Samples.TEXTS);
        return oneIn(3) ? base + random.nextInt(1_000) : base;
    }

    private String anyInstant() {
        String fraction = oneIn(2) ? "" : "." + random.nextInt(1_000_000);
        return String.format(
                Locale.ROOT,
                "20%02d-%02d-%02dT%02d:%02d:%02d%sZ",
                random.nextInt(100),
                1 + random.nextInt(12),
                1 + random.nextInt(28),
                random.nextInt(24),
                random.nextInt(60),
                random.nextInt(60),
                fraction);
    }

    private String anyDecimal() {
        if (oneIn(4)) {
            return oneOf(Samples.DECIMALS);
        }
        String whole = Long.toString(random.nextLong(1_000_000));
        return oneIn(2) ? whole : whole + "." + random.nextLong(1_000_000);
    }

    private void value() {
        String decimal = anyDecimal();
        if (oneIn(2) && Literals.number(decimal).isPresent()) {
            text.append(decimal);
        } else {
            string(decimal, false);
        }
    }

    private void properties() {
        int count = oneIn(50) ? 48 + random.nextInt(5) : random.nextInt(5);
        text.append("{");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",");
            space();
            string(propertyName(i), escapes());
            space();
            text.append(":");
            space();
            property();
            space();
        }
        text.append("}");
    }

    private String propertyName(int index) {
        return switch (random.nextInt(8)) {
            case 0 -> "gigabytes" + (oneIn(2) ? "" : index);
            case 1 -> isPlain ? "p" + index : anyText() + index;
            case 2 -> oneOf("region", "model", "zone") + (isWrong() ? "" : index);
            default -> "p" + index;
        };
    }

    private void property() {
        switch (random.nextInt(6)) {
            case 0 -> {
                String decimal = anyDecimal();
                text.append(Literals.number(decimal).isPresent() ? decimal : "7");
            }
            case 1 -> text.append(oneOf("true", "false"));
            case 2 -> text.append(isWrong() ? oneOf(Samples.TYPED) : "\"us-east1\"");
            default -> string(oneIn(3) ? anyText() : "value-" + random.nextInt(50), escapes());
        }
    }

    private boolean escapes() {
        return !isPlain && oneIn(4);
    }

    /** @param escapeMore whether characters are escaped that need not be */
    private void string(String value, boolean escapeMore) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char unit = value.charAt(i);
            if (unit == '"' || unit == '\\') {
                text.append('\\').append(unit);
            } else if (mustEscape(value, i) || (escapeMore && (Character.isSurrogate(unit) || oneIn(6)))) {
                text.append(String.format(Locale.ROOT, oneIn(2) ? "\\u%04x" : "\\u%04X", (int) unit));
            } else if (unit == '/' && oneIn(2)) {
                text.append("\\/");
            } else {
                text.append(unit);
            }
        }
        text.append('"');
    }

    /** Control characters, and halves of surrogate pairs, which UTF-8 cannot write. */
    private static boolean mustEscape(String value, int i) {
        return value.charAt(i) < ' ' || isLone(value, i);
    }

    private static boolean isLone(String value, int i) {
        char unit = value.charAt(i);
        boolean hasLow = i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1));
        boolean hasHigh = i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
        return (Character.isHighSurrogate(unit) && !hasLow) || (Character.isLowSurrogate(unit) && !hasHigh);
    }
}
