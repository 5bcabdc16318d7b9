package dev.valora.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with a Java and a Maven that only say what they were asked to do. */
final class LauncherTest {

    private static final String SAYS_ITS_ARGUMENTS = "#!/bin/sh\nprintf '<%s>' \"$0\" \"$@\"\n";

    @TempDir
    private Path directory;

    private Path home = Path.of("");
    private Path java = Path.of("");

    private record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void installFakes() throws IOException {
        home = Files.createDirectories(directory.resolve("some place/valora"));
        java = jdk("a jdk", "25.0.1");
        program(home.resolve("bin/valora"), Files.readString(Path.of("bin", "valora")));
        Files.writeString(home.resolve("valora.jar"), "");
        Files.writeString(home.resolve("jvm.options"), "");
    }

    @Test
    void shouldStartTheDistributionItIsPartOf() throws Exception {
        Result result = launch(home.resolve("bin/valora"), Map.of("VALORA_JAVA_HOME", java.toString()), "serve", "a b");
        String options = "<" + java + "/bin/java><-Xms512m><-Xmx512m><-XX:+AlwaysPreTouch><-XX:+UseParallelGC>";
        assertTrue(result.out().startsWith(options), result.out() + result.err());
        String rest = result.out().substring(options.length()).replace("<-XX:+UseTransparentHugePages>", "");
        assertEquals("<@" + home + "/jvm.options><-jar><" + home + "/valora.jar><serve><a b>", rest);
        assertEquals(0, result.exitCode());
    }

    @Test
    void shouldFollowLinksAndPassOptionsOn() throws Exception {
        Path first = Files.createSymbolicLink(home.resolve("first"), Path.of("bin/valora"));
        Path second = Files.createSymbolicLink(directory.resolve("second"), first);
        Result result =
                launch(second, Map.of("JAVA_HOME", java.toString(), "VALORA_JAVA_OPTS", "-Xmx2g -Da=b"), "settings");
        assertTrue(result.out().startsWith("<" + java + "/bin/java><-Xmx2g><-Da=b><@"), result.out() + result.err());
        assertTrue(result.out().endsWith("<-jar><" + home + "/valora.jar><settings>"), result.out());
    }

    @Test
    void shouldPassByAnOlderJavaButNotByOneThatWasNamed() throws Exception {
        Path old = jdk("old", "17.0.2");
        Result found = launch(
                home.resolve("bin/valora"), Map.of("JAVA_HOME", old.toString(), "PATH", java + "/bin:/usr/bin:/bin"));
        assertTrue(
                found.out().contains("/bin/java>") && !found.out().contains(old.toString()), found.out() + found.err());
        Result named = launch(home.resolve("bin/valora"), Map.of("VALORA_JAVA_HOME", old.toString()));
        assertEquals(1, named.exitCode());
        assertEquals("valora: VALORA_JAVA_HOME=" + old + " is not a JDK 25 or newer\n", named.err());
    }

    @Test
    void shouldBuildACheckoutOnceAndSayWhatItDoes() throws Exception {
        Path checkout = directory.resolve("check out");
        Path launcher = checkout.resolve("config/bin/valora");
        program(launcher, Files.readString(Path.of("bin", "valora")));
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.writeString(checkout.resolve("config/pom.xml"), "");
        Path tools = directory.resolve("tools");
        program(
                tools.resolve("mvn"),
                "#!/bin/sh\necho \"[INFO] Building valora-ingest\"\necho once >> '" + tools + "/count'\n"
                        + "mkdir -p '" + checkout + "/config/target/valora'\n"
                        + "touch '" + checkout + "/config/target/valora/jvm.options'\n");
        Map<String, String> environment = Map.of("VALORA_JAVA_HOME", java.toString(), "PATH", tools + ":/usr/bin:/bin");
        Result first = launch(launcher, environment, "--version");
        assertTrue(first.err().contains("nothing is built yet; building with Maven"), first.err());
        assertTrue(first.out().contains("<" + checkout + "/config/target/valora/valora.jar><--version>"), first.out());
        Result second = launch(launcher, environment, "--version");
        assertEquals("", second.err());
        assertEquals("once\n", Files.readString(tools.resolve("count")));
    }

    @Test
    void shouldSayWhyTheBuildFailed() throws Exception {
        Path checkout = directory.resolve("checkout");
        Path launcher = checkout.resolve("config/bin/valora");
        program(launcher, Files.readString(Path.of("bin", "valora")));
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.writeString(checkout.resolve("config/pom.xml"), "");
        Path tools = directory.resolve("tools");
        program(tools.resolve("mvn"), "#!/bin/sh\necho '[ERROR] no network'\nexit 1\n");
        Result result = launch(
                launcher, Map.of("VALORA_JAVA_HOME", java.toString(), "PATH", tools + ":/usr/bin:/bin"), "serve");
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("[ERROR] no network"), result.err());
        assertTrue(result.err().contains("first-build.log"), result.err());
        assertEquals("", result.out());
    }

    @Test
    void shouldSayWhatToInstallWhenThereIsNoJava() throws Exception {
        Path launcher = home.resolve("bin/valora");
        // Nothing of this machine is to be found: the launcher looks below another root.
        String blind = Files.readString(launcher)
                .replace("/usr/lib/jvm/", directory + "/none/")
                .replace("/usr/java/", directory + "/none/")
                .replace("/opt/", directory + "/none/")
                .replace("/usr/libexec/", directory + "/none/");
        program(launcher, blind);
        Path tools = Files.createDirectories(directory.resolve("tools"));
        for (String tool : new String[] {"dirname", "sed", "head"}) {
            program(tools.resolve(tool), "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
        }
        Result result = launch(launcher, Map.of("PATH", tools.toString(), "HOME", directory.toString()));
        assertEquals(1, result.exitCode());
        assertEquals(
                "valora: no JDK 25 or newer was found; install one (such as Temurin 25) or set VALORA_JAVA_HOME to where it"
                        + " is\n",
                result.err());
    }

    private Path jdk(String name, String version) throws IOException {
        Path jdk = directory.resolve(name);
        program(jdk.resolve("bin/java"), SAYS_ITS_ARGUMENTS);
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private static void program(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result launch(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        String[] command = new String[arguments.length + 2];
        command[0] = "/bin/sh";
        command[1] = launcher.toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        Path err = Files.createTempFile(directory, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("VALORA_") || name.equals("JAVA_HOME"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        int exitCode = process.waitFor();
        assertFalse(out.contains("not found"), out);
        return new Result(exitCode, out, Files.readString(err));
    }
}
