package dev.valora.config.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One YAML mapping of keys to single values. Nothing of YAML beyond that is accepted. */
final class SettingsFile {

    /** What stands behind a key. */
    record Line(String text, String place) {}

    private SettingsFile() {}

    /** Reads the file; what is wrong with it is added to the problems, and the rest is returned all the same. */
    static Map<String, Line> read(Path file, List<String> problems) {
        Map<String, Line> lines = new LinkedHashMap<>();
        try (YAMLParser parser = new YAMLFactory().createParser(Files.readString(file))) {
            read(parser, file, lines, problems);
        } catch (NoSuchFileException missing) {
            problems.add("The settings file " + file + " does not exist.");
        } catch (JsonProcessingException malformed) {
            problems.add("The settings file " + file + " is not YAML: "
                    + malformed.getOriginalMessage().lines().findFirst().orElse("") + " (line "
                    + malformed.getLocation().getLineNr() + ").");
        } catch (IOException unreadable) {
            problems.add("The settings file " + file + " cannot be read: " + unreadable + ".");
        }
        return lines;
    }

    private static void read(YAMLParser parser, Path file, Map<String, Line> lines, List<String> problems)
            throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            problems.add("The settings file " + file + " must hold lines of the form \"key: value\".");
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            String place = "file " + file.getFileName() + " line "
                    + parser.currentTokenLocation().getLineNr();
            JsonToken value = parser.nextToken();
            if (value.isStructStart()) {
                parser.skipChildren();
                problems.add(key + " (" + place + "): holds a list or more keys; a setting has one value on its line.");
                continue;
            }
            String text = value == JsonToken.VALUE_NULL ? "" : parser.getText().strip();
            if (lines.put(key, new Line(text, place)) != null) {
                problems.add(key + " (" + place + "): stands in the file twice.");
            }
        }
    }
}
