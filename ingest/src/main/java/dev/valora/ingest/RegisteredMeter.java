package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * A meter with its life in the journal. Its definition never changes; it may be archived once, by the single writer, and other
 * threads see that soon after.
 */
public final class RegisteredMeter {

    private final MeterDefinition definition;
    private final long definedAt;
    private final byte @Nullable [] valueProperty;
    private volatile long archivedAt = Long.MAX_VALUE;

    RegisteredMeter(MeterDefinition definition, long definedAt) {
        this.definition = definition;
        this.definedAt = definedAt;
        String property = definition.valueProperty();
        this.valueProperty = property == null ? null : property.getBytes(UTF_8);
    }

    public MeterDefinition definition() {
        return definition;
    }

    /** The packed position of the definition; events before it do not feed this meter. */
    public long definedAt() {
        return definedAt;
    }

    /** The packed position of the archiving; {@link Long#MAX_VALUE} while the meter is live. */
    public long archivedAt() {
        return archivedAt;
    }

    public boolean isArchived() {
        return archivedAt != Long.MAX_VALUE;
    }

    /** Whether an event feeds the meter, given that it addresses it and where it stands. */
    public boolean isFedBy(EventRecord event, long position) {
        return isFedBy(event, position, definedAt, archivedAt);
    }

    /**
     * Whether an event feeds a meter that it addresses: by the meter's code always, since admission took it and so the meter lived
     * then; by an event type when it stands within the meter's life. All positions are packed.
     *
     * @param archivedAt {@link Long#MAX_VALUE} while the meter is live
     */
    public static boolean isFedBy(EventRecord event, long position, long definedAt, long archivedAt) {
        return !event.isByType() || (definedAt < position && position < archivedAt);
    }

    /** The UTF-8 name of the property that carries the value; null when the event's own value does. Not to be changed. */
    public byte @Nullable [] valueProperty() {
        return valueProperty;
    }

    void archive(long position) {
        archivedAt = position;
    }
}
