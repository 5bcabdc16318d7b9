package dev.valora.billing.subscription;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.subscription.SubscriptionStatus.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SubscriptionStatusTest {

    private static final String TABLE = """
            from \\ to   scheduled  trialing  active  past_due  canceled
            scheduled    -          yes       yes     -         yes
            trialing     -          -         yes     -         yes
            active       -          -         -       yes       yes
            past_due     -          -         yes     -         yes
            canceled     -          -         -       -         -
            """;

    @Test
    void shouldAllowTheTransitionsOfTheTableAndNoOthers() {
        StringBuilder table = new StringBuilder("from \\ to   scheduled  trialing  active  past_due  canceled\n");
        for (SubscriptionStatus from : SubscriptionStatus.all()) {
            StringBuilder line = new StringBuilder(String.format("%-13s", from.wireName()));
            for (SubscriptionStatus to : SubscriptionStatus.all()) {
                String cell = switch (from.to(to)) {
                    case Step.Taken ignored -> "yes";
                    case Step.Refused ignored -> "-";
                };
                line.append(cell).repeat(' ', to.wireName().length() + 2 - cell.length());
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        assertEquals(TABLE, table.toString());
    }

    @Test
    void shouldNameWhatIsAllowedInstead() {
        assertEquals(
                new Step.Refused(
                        new SubscriptionStatus.Scheduled(),
                        new SubscriptionStatus.PastDue(),
                        List.of(
                                new SubscriptionStatus.Trialing(),
                                new SubscriptionStatus.Active(),
                                new SubscriptionStatus.Canceled())),
                new SubscriptionStatus.Scheduled().to(new SubscriptionStatus.PastDue()));
    }

    @Test
    void shouldReadItsOwnNames() {
        List<String> live = new ArrayList<>();
        for (SubscriptionStatus status : SubscriptionStatus.all()) {
            assertEquals(Optional.of(status), SubscriptionStatus.ofWireName(status.wireName()));
            if (status.isLive()) {
                live.add(status.wireName());
            }
        }
        assertEquals(List.of("trialing", "active", "past_due"), live);
        assertEquals(Optional.empty(), SubscriptionStatus.ofWireName("paused"));
    }
}
