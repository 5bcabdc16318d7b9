package dev.valora.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the README that a newcomer types: the line that starts the server, the {@code sh} block behind the mark, and the
 * words in the paragraph behind the block that its output must show.
 *
 * @param settings environment variables that the line sets before it starts the server
 * @param script all lines of the block, as they are
 * @param shown what stands in back-ticks in the paragraph behind
 */
record FirstSteps(Map<String, String> settings, String script, List<String> shown) {

    private static final Pattern SERVER = Pattern.compile(
            "<!-- first-steps-server -->\\s*```sh\\n((?:VALORA_[A-Z_]+=\\S+ )+)config/bin/valora serve\\n```");
    private static final Pattern BLOCK =
            Pattern.compile("<!-- first-steps -->\\s*```sh\\n(.*?)\\n```\\n+(.*?)(\\n\\n|\\z)", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    FirstSteps {
        settings = Map.copyOf(settings);
        shown = List.copyOf(shown);
    }

    /** Finds them in the README's text. */
    static FirstSteps in(String readme) {
        Matcher server = SERVER.matcher(readme);
        if (!server.find()) {
            throw new AssertionError("README.md has no line that sets variables and starts the server behind"
                    + " <!-- first-steps-server -->");
        }
        Map<String, String> settings = new HashMap<>();
        for (String assignment : server.group(1).strip().split(" ", -1)) {
            String[] parts = assignment.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        Matcher block = BLOCK.matcher(readme);
        if (!block.find()) {
            throw new AssertionError("README.md has no ```sh block behind <!-- first-steps -->");
        }
        List<String> shown = new ArrayList<>();
        Matcher code = CODE.matcher(block.group(2));
        while (code.find()) {
            shown.add(code.group(1));
        }
        if (block.group(1).isBlank() || shown.isEmpty()) {
            throw new AssertionError("the README's first steps are empty, or the paragraph behind does not say in"
                    + " `back-ticks` what they show");
        }
        return new FirstSteps(settings, block.group(1), shown);
    }
}
