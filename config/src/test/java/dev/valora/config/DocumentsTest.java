package dev.valora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name is there: classes, and the files they link to. */
final class DocumentsTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().resolve("..").normalize();
    private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");
    private static final Set<String> OTHERS = Set.of("FileChannel");

    @Test
    void shouldNameOnlyClassesThatExistInTheArchitecture() throws IOException {
        Set<String> named = new TreeSet<>();
        Matcher matcher = CLASS.matcher(Files.readString(ROOT.resolve("docs/ARCHITECTURE.md")));
        while (matcher.find()) {
            named.add(matcher.group(1));
        }
        assertFalse(named.isEmpty());
        named.removeAll(OTHERS);
        named.removeAll(sources());
        assertEquals(Set.of(), named, "classes that are gone");
    }

    @Test
    void shouldLinkOnlyToFilesThatExist() throws IOException {
        Set<String> dead = new TreeSet<>();
        for (Path document : documents()) {
            Matcher matcher = LINK.matcher(Files.readString(document));
            while (matcher.find()) {
                Path parent = document.getParent();
                if (parent != null && !Files.exists(parent.resolve(matcher.group(1)))) {
                    dead.add(ROOT.relativize(document) + " -> " + matcher.group(1));
                }
            }
        }
        assertEquals(Set.of(), dead, "dead links");
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            List<Path> found =
                    docs.filter(file -> file.toString().endsWith(".md")).collect(Collectors.toList());
            found.add(ROOT.resolve("README.md"));
            return found;
        }
    }

    private static Set<String> sources() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String module : List.of("ingest", "aggregator", "billing", "config", "bench")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                files.map(file -> String.valueOf(file.getFileName()))
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> names.add(name.substring(0, name.length() - ".java".length())));
            }
        }
        return names;
    }
}
