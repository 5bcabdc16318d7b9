package dev.valora.config.postgres;

import dev.valora.config.ExitCode;
import dev.valora.config.StartException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once from the archive that Valora ships for this kind of machine. */
final class Binaries {

    private static final String PREFIX = "binaries-";

    private Binaries() {}

    /**
     * The directory that holds {@code bin}, {@code lib} and {@code share}. Unpacks them when this archive was not unpacked
     * before and removes those of other versions.
     */
    static Path unpackedIn(Path parent) throws StartException, IOException {
        URL archive = archive();
        Path wanted = parent.resolve(PREFIX + fingerprint(archive));
        if (Files.isDirectory(wanted)) {
            return wanted;
        }
        Path unfinished = parent.resolve("unpacking");
        Trees.delete(unfinished);
        Files.createDirectories(unfinished);
        try (InputStream raw = archive.openStream()) {
            unpack(raw, unfinished);
        }
        Files.move(unfinished, wanted);
        Trees.force(parent);
        try (var entries = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path other : entries) {
                if (!other.equals(wanted)) {
                    Trees.delete(other);
                }
            }
        }
        return wanted;
    }

    private static URL archive() throws StartException {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String name = machine.equals("aarch64") ? "arm_64" : "x86_64";
        URL archive = Binaries.class.getResource("/postgres-linux-" + name + ".txz");
        if (!system.equals("linux") || archive == null || !(machine.equals("aarch64") || machine.equals("amd64"))) {
            throw new StartException(
                    ExitCode.DATABASE,
                    "There is no embedded PostgreSQL for " + system + " on " + machine
                            + "; set database_url to a PostgreSQL of your own.");
        }
        return archive;
    }

    /** The archive's checksum as its jar states it: tells versions apart without reading the archive. */
    private static String fingerprint(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        if (connection instanceof JarURLConnection jar) {
            return String.format(Locale.ROOT, "%08x", jar.getJarEntry().getCrc());
        }
        return Long.toHexString(connection.getContentLengthLong());
    }

    private static void unpack(InputStream raw, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(raw, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("the archive has an entry outside itself: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(path.getParent());
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (!entry.getName().endsWith(".a")) {
                    Files.createDirectories(path.getParent());
                    write(tar, path, (entry.getMode() & 0100) != 0);
                }
            }
        }
    }

    /** Forced to disk, because a directory in place tells the next start that all of it is there. */
    private static void write(InputStream content, Path path, boolean executable) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.transferTo(Channels.newOutputStream(file));
            file.force(false);
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
}
