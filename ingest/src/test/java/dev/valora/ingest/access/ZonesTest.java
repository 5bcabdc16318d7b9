package dev.valora.ingest.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ZonesTest {

    @ParameterizedTest
    @CsvSource({
        "UTC, 60",
        "Europe/Berlin, 60",
        "America/New_York, 60",
        "Asia/Kolkata, 15",
        "Asia/Kathmandu, 15",
        "Australia/Lord_Howe, 15",
        "America/St_Johns, 15",
        // +8 today, but +8:30 from 2015 to 2018
        "Asia/Pyongyang, 15",
        // -4 today, but -4:30 from 2007 to 2016
        "America/Caracas, 15",
        // +5:40 until 1986 only
        "Asia/Singapore, 60",
    })
    void shouldChooseTheLongestWindowThatHoldsEveryDayStartSince2000(String zone, int minutes) {
        assertEquals(
                OptionalInt.of(minutes), Zones.windowMinutes(ZoneId.of(zone).getRules()));
    }

    @Test
    void shouldRefuseOffsetsThatNoWindowHolds() {
        assertEquals(OptionalInt.empty(), Zones.windowMinutes(ZoneRules.of(ZoneOffset.ofHoursMinutes(5, 20))));
    }

    @Test
    void shouldFitEveryZoneOfTheDatabase() {
        for (String name : ZoneRulesProvider.getAvailableZoneIds()) {
            assertTrue(Zones.windowMinutes(ZoneId.of(name).getRules()).isPresent(), name);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "+02:00", "UTC+2", "Z", "europe/berlin", "Europe/Atlantis", "Europe/Berlin ", "../etc/passwd"
            })
    void shouldTakeOnlyIanaNames(String name) {
        assertTrue(Zones.parse(name).isEmpty());
    }
}
