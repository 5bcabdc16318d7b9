package dev.valora.ingest;

/** Watches the removal of journal files, for metrics. Called on the removing thread; must not block or throw. */
@FunctionalInterface
public interface RetentionObserver {

    /** Watches nothing. */
    RetentionObserver NONE = bytes -> {};

    /** A journal file with so many bytes of entries was removed. */
    void onRemoved(long bytes);
}
