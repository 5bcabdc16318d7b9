package dev.valora.aggregator.fold;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.aggregator.Composition;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.RegisteredMeter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A meter as the fold sees it: where its value stands, what its dimensions are, and when it lives. One thread.
 */
final class FedMeter {

    private final MeterDefinition definition;
    private final int number;
    private final long definedAt;
    private final byte[] code;
    private final byte[] type;
    private final boolean counts;
    private final boolean recounted;
    private final Composition composition;
    private final byte @Nullable [] valueProperty;
    private final List<String> dimensions;
    private final byte[][] dimensionNames;
    private long archivedAt;
    private long skippedEvents;
    private long lastSkipped;

    /** @param number tells the meters of one fold apart */
    FedMeter(MeterDefinition definition, int number, long definedAt, long archivedAt) {
        this.definition = definition;
        this.number = number;
        this.definedAt = definedAt;
        this.archivedAt = archivedAt;
        this.code = definition.code().getBytes(UTF_8);
        this.type = definition.eventType().getBytes(UTF_8);
        this.counts = definition.aggregation() == Aggregation.COUNT;
        this.recounted = definition.aggregation().isRecounted();
        this.composition = Composition.of(definition.aggregation());
        String property = definition.valueProperty();
        this.valueProperty = property == null ? null : property.getBytes(UTF_8);
        this.dimensions = definition.dimensions().stream().sorted().toList();
        this.dimensionNames =
                dimensions.stream().map(name -> name.getBytes(UTF_8)).toArray(byte[][]::new);
    }

    MeterDefinition definition() {
        return definition;
    }

    int number() {
        return number;
    }

    long definedAt() {
        return definedAt;
    }

    /** Whether every event is worth 1, whatever value it carries. */
    boolean counts() {
        return counts;
    }

    Composition composition() {
        return composition;
    }

    byte @Nullable [] valueProperty() {
        return valueProperty;
    }

    /** Sorted, so that the order of declaration does not tell windows apart. */
    List<String> dimensions() {
        return dimensions;
    }

    /** UTF-8, in the order of {@link #dimensions}. */
    byte[][] dimensionNames() {
        return dimensionNames;
    }

    /** Whether a void makes the meter's window anew. */
    boolean isRecounted() {
        return recounted;
    }

    /** Whether an event that addresses the meter feeds it. */
    boolean isFedBy(EventRecord event, long position) {
        return RegisteredMeter.isFedBy(event, position, definedAt, archivedAt);
    }

    /** Whether an event of the meter's organization counts for it: addressed by code always, by type while the meter lives. */
    boolean isAddressedBy(EventRecord event, long position) {
        byte[] target = event.isByType() ? type : code;
        return Arrays.equals(
                        target,
                        0,
                        target.length,
                        event.bytes(),
                        event.targetOffset(),
                        event.targetOffset() + event.targetLength())
                && isFedBy(event, position);
    }

    void archive(long position) {
        archivedAt = position;
    }

    /** Writes down that an event at this position does not count for the meter; true for the first since the last take. */
    boolean skip(long position) {
        lastSkipped = position;
        return skippedEvents++ == 0;
    }

    /** The skips since the last take, which are forgotten. */
    SkipDelta takeSkips() {
        SkipDelta delta = new SkipDelta(definition.organization(), definition.code(), skippedEvents, lastSkipped);
        skippedEvents = 0;
        return delta;
    }
}
