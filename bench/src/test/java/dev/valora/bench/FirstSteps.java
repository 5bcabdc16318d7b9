package dev.valora.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the README that a newcomer types: the {@code sh} block behind the mark, and the words in the paragraph behind the
 * block that its output must show.
 *
 * @param script all lines of the block, as they are
 * @param shown what stands in back-ticks in the paragraph behind
 */
record FirstSteps(String script, List<String> shown) {

    private static final Pattern BLOCK =
            Pattern.compile("<!-- first-steps -->\\s*```sh\\n(.*?)\\n```\\n+(.*?)(\\n\\n|\\z)", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    FirstSteps {
        shown = List.copyOf(shown);
    }

    /** Finds them in the README's text. */
    static FirstSteps in(String readme) {
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
        return new FirstSteps(block.group(1), shown);
    }
}
