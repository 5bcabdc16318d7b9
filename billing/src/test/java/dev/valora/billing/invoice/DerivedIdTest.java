package dev.valora.billing.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DerivedIdTest {

    /** What earlier versions wrote stays where it is found. */
    @Test
    void shouldDeriveFromARandomIdAsEver() {
        UUID random = UUID.fromString("00161aad-efc2-4e12-9a0c-410b2c4c7335");
        assertEquals(
                "00161aad-339e-8da6-9acd-efe516fa6ca6",
                DerivedId.cycle(random, 5).toString());
        assertEquals(
                "00161aad-5e45-8a5e-a870-f764e9ad21bb",
                DerivedId.invoice(random, 5, 1).toString());
    }

    @Test
    void shouldLieInTheOrderOfSubscriptionsThatSayWhenTheyWereCreated() {
        List<UUID> derived = new ArrayList<>();
        for (int place = 1; place <= 300; place++) {
            UUID ordered = new UUID(((long) place << 16) | 0x8000 | ((place * 7919) & 0xFFF), (1L << 63) | place);
            derived.add(DerivedId.invoice(ordered, 5, 1));
        }
        assertEquals(
                derived.stream().map(UUID::toString).sorted().toList(),
                derived.stream().map(UUID::toString).toList());
    }

    @Test
    void shouldTellApartWhatDerivesFromOneSubscription() {
        UUID ordered = UUID.fromString("00000000-0007-8abc-9a0c-410b2c4c7335");
        List<UUID> derived = IntStream.range(0, 1_000)
                .boxed()
                .flatMap(number -> List.of(
                        DerivedId.cycle(ordered, number),
                        DerivedId.invoice(ordered, number, 1),
                        DerivedId.invoice(ordered, number, 2))
                        .stream())
                .toList();
        assertEquals(3_000, derived.stream().distinct().count());
        derived.forEach(id -> assertEquals("8 2", id.version() + " " + id.variant()));
    }

    /** Lines of an invoice have the ids that they were shown with, whatever id the subscription has. */
    @Test
    void shouldDeriveLinesAsEver() {
        UUID invoice = UUID.fromString("00161aad-5e45-8a5e-a870-f764e9ad21bb");
        assertEquals("00161aad", DerivedId.line(invoice, 0).toString().substring(0, 8));
        assertEquals(8, DerivedId.line(invoice, 0).version());
    }
}
