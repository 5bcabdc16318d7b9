package dev.valora.config;

import dev.valora.config.settings.Setting.LogLevel;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Logging to standard error: Valora's own words at the chosen level, the libraries' only when something is wrong. Must be
 * configured before the first logger is made.
 */
final class Logging {

    private static final String PREFIX = "org.slf4j.simpleLogger.";
    /** Kept, because java.util.logging forgets the level of a logger that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");

    private Logging() {}

    static void configure(LogLevel level) {
        String own = level.name().toLowerCase(Locale.ROOT);
        String libraries = level == LogLevel.DEBUG ? "info" : level == LogLevel.ERROR ? "error" : "warn";
        System.setProperty(PREFIX + "defaultLogLevel", libraries);
        System.setProperty(PREFIX + "log.dev.valora", own);
        // It complains of a library that it does without.
        System.setProperty(PREFIX + "log.net.openhft.affinity", level == LogLevel.DEBUG ? "warn" : "error");
        System.setProperty(PREFIX + "showDateTime", "true");
        System.setProperty(PREFIX + "dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        System.setProperty(PREFIX + "showShortLogName", "true");
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        // Chronicle Queue reports its use to a third party otherwise.
        System.setProperty("chronicle.analytics.disable", "true");
        ROOT.setLevel(level == LogLevel.DEBUG ? Level.INFO : Level.WARNING);
    }
}
