package dev.valora.aggregator.fold;

import java.util.List;

/**
 * The deltas of a stretch of the journal. No two windows have the same key, no two skips the same meter.
 *
 * @param windows in the order in which they were opened
 * @param voids in the order of their positions
 */
public record FoldedUsage(List<WindowDelta> windows, List<SkipDelta> skips, List<VoidDelta> voids) {

    public FoldedUsage {
        windows = List.copyOf(windows);
        skips = List.copyOf(skips);
        voids = List.copyOf(voids);
    }

    /** Events accepted less those voided; one that feeds two meters counts twice. Windows that reset are left out. */
    public long events() {
        return windows.stream()
                .filter(window -> !window.resets())
                .mapToLong(WindowDelta::events)
                .sum();
    }

    /** Events that a meter skipped. */
    public long skippedEvents() {
        return skips.stream().mapToLong(SkipDelta::events).sum();
    }
}
