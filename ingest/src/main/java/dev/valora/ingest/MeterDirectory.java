package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Every meter of every organization, as the journal tells. The single writer changes it; any thread reads, without locks, a
 * state that was true a moment ago. Small: meters are defined by people.
 */
public final class MeterDirectory {

    /** Replaced as a whole by the writer; the maps inside are never changed after that. */
    private volatile Map<OrganizationId, OrganizationMeters> organizations = Map.of();

    /** The meters of one organization; immutable. */
    private static final class OrganizationMeters {
        private final Map<String, RegisteredMeter> byCode;
        private final Map<String, List<RegisteredMeter>> byType;
        private final RegisteredMeter[] meters;
        private final byte[][] codes;

        private OrganizationMeters(Map<String, RegisteredMeter> byCode) {
            this.byCode = byCode;
            this.byType = new HashMap<>();
            this.meters = byCode.values().toArray(RegisteredMeter[]::new);
            this.codes = new byte[meters.length][];
            for (int i = 0; i < meters.length; i++) {
                MeterDefinition definition = meters[i].definition();
                codes[i] = definition.code().getBytes(UTF_8);
                byType.computeIfAbsent(definition.eventType(), type -> new ArrayList<>())
                        .add(meters[i]);
            }
        }
    }

    /** Adds a definition at its packed position. The writer's thread; the code must be new in the organization. */
    public void define(MeterDefinition definition, long position) {
        OrganizationMeters before = organizations.get(definition.organization());
        Map<String, RegisteredMeter> byCode = before == null ? new HashMap<>() : new HashMap<>(before.byCode);
        if (byCode.putIfAbsent(definition.code(), new RegisteredMeter(definition, position)) != null) {
            throw new IllegalStateException("meter defined twice: " + definition.code());
        }
        Map<OrganizationId, OrganizationMeters> all = new HashMap<>(organizations);
        all.put(definition.organization(), new OrganizationMeters(byCode));
        organizations = all;
    }

    /** Marks a meter as archived at a packed position. The writer's thread; the meter must be there and live. */
    public void archive(OrganizationId organization, String code, long position) {
        RegisteredMeter meter = find(organization, code);
        if (meter == null || meter.isArchived()) {
            throw new IllegalStateException("no live meter to archive: " + code);
        }
        meter.archive(position);
    }

    /** The meter with this code, archived or not; null when there is none. Any thread. */
    public @Nullable RegisteredMeter find(OrganizationId organization, String code) {
        OrganizationMeters meters = organizations.get(organization);
        return meters == null ? null : meters.byCode.get(code);
    }

    /** The meters that an event addresses, by their event type or by the code of one, archived ones among them. Any thread. */
    public List<RegisteredMeter> addressedBy(EventRecord event) {
        OrganizationMeters meters = organizations.get(event.organization());
        if (meters == null) {
            return List.of();
        }
        if (event.isByType()) {
            return meters.byType.getOrDefault(event.target(), List.of());
        }
        RegisteredMeter meter = meters.byCode.get(event.target());
        return meter == null ? List.of() : List.of(meter);
    }

    /** The meters of one organization, archived ones among them, in no order. Any thread. */
    public List<RegisteredMeter> of(OrganizationId organization) {
        OrganizationMeters found = organizations.get(organization);
        return found == null ? List.of() : List.of(found.meters);
    }

    /** All meters of all organizations. Any thread. */
    public Collection<RegisteredMeter> all() {
        List<RegisteredMeter> all = new ArrayList<>();
        organizations.values().forEach(meters -> all.addAll(Arrays.asList(meters.meters)));
        return all;
    }

    /** A view of one organization for looking meters up by the bytes of a request, without making strings. Any thread. */
    public Lookup lookup(OrganizationId organization) {
        return new Lookup(organizations.get(organization));
    }

    /** As {@link #lookup(OrganizationId)} by the id's halves. */
    public Lookup lookup(long organizationHigh, long organizationLow) {
        return lookup(new OrganizationId(new UUID(organizationHigh, organizationLow)));
    }

    /** Meters of one organization at one moment. */
    public static final class Lookup {
        private final @Nullable OrganizationMeters meters;
        private int last;

        private Lookup(@Nullable OrganizationMeters meters) {
            this.meters = meters;
        }

        /** The meter whose code is these UTF-8 bytes; null when there is none. One thread: remembers the last hit. */
        public @Nullable RegisteredMeter find(byte[] bytes, int offset, int length) {
            if (meters == null) {
                return null;
            }
            byte[][] codes = meters.codes;
            for (int step = 0, i = last; step < codes.length; step++, i++) {
                if (i == codes.length) {
                    i = 0;
                }
                if (Arrays.equals(codes[i], 0, codes[i].length, bytes, offset, offset + length)) {
                    last = i;
                    return meters.meters[i];
                }
            }
            return null;
        }
    }
}
