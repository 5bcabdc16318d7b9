package dev.valora.billing.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.rating.Rating.Part;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Versions of one price that differ in their model: what is charged once a cycle is charged once, wherever it stands. */
class MixedModelsTest {

    private static final PriceModel PER_UNIT = new PriceModel.PerUnit(new BigDecimal("2"), BigDecimal.ZERO);
    private static final PriceModel FLAT = new PriceModel.Flat(new BigDecimal("100"));
    private static final PriceModel VOLUME =
            new PriceModel.Volume(List.of(new Tier(null, new BigDecimal("1"), new BigDecimal("30"))));

    @Test
    void shouldChargeAFlatAmountThatBeginsInsideTheCycle() {
        assertAmounts("20 100", PER_UNIT, FLAT);
    }

    @Test
    void shouldChargeAFlatAmountOnceBesideOtherModels() {
        assertAmounts("100 20 0", FLAT, PER_UNIT, FLAT);
    }

    @Test
    void shouldChargeTheFlatAmountOfVolumeInItsLastPart() {
        assertAmounts("10 40 20", VOLUME, VOLUME, PER_UNIT);
    }

    /** Ten units in each part. */
    private static void assertAmounts(String expected, PriceModel... models) {
        List<Part> parts = List.of(models).stream()
                .map(model -> new Part(model, BigDecimal.TEN))
                .toList();
        List<String> amounts = Rating.rateParts(parts).stream()
                .map(charge -> charge.amount().stripTrailingZeros().toPlainString())
                .toList();
        assertEquals(expected, String.join(" ", amounts));
    }
}
