package dev.valora.billing.closing;

import dev.valora.aggregator.ChangedWindowReader;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.contract.CycleReader.Moment;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Finds the earlier cycles whose usage has changed since the cycle before was closed: every change between two cuts of a
 * subscription is seen by the closing at the second one, however old the usage is.
 */
final class LateCycles {

    private final ChangedWindowReader windows;

    LateCycles(ChangedWindowReader windows) {
        this.windows = windows;
    }

    /**
     * The closed cycles to look at again, in the order of their numbers, for each subscription that has some.
     *
     * @param rows subscriptions, prices and the cycles before those that close
     */
    List<CycleKey> of(
            Database.Transaction transaction, OrganizationId organization, List<OpenedCycle> closing, Rows rows) {
        List<UUID> whose = new ArrayList<>();
        List<ChangedWindowReader.Question> questions = new ArrayList<>();
        for (OpenedCycle opened : closing) {
            Cycle before = opened.cycle().number() > 1
                    ? rows.neighbours().get(opened.key().previous())
                    : null;
            Subscription subscription = rows.subscriptions().get(opened.subscription());
            if (before == null || subscription == null) {
                continue;
            }
            Instant from = before.acceptedBefore();
            Instant to = opened.cycle().acceptedBefore();
            if (from.isBefore(to)) {
                meters(subscription, rows.prices()).forEach(meter -> {
                    whose.add(subscription.id());
                    questions.add(new ChangedWindowReader.Question(
                            subscription.customerKey(), meter, opened.cycle().startsAt(), from, to));
                });
            }
        }
        List<List<Instant>> changed = windows.read(transaction, organization, questions);
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < changed.size(); i++) {
            UUID subscription = whose.get(i);
            changed.get(i).forEach(start -> moments.add(new Moment(subscription, start)));
        }
        return CycleReader.closedAt(transaction, organization, moments);
    }

    /** Meters of all items, ended ones among them. */
    private static Stream<String> meters(Subscription subscription, Map<String, OfferedPrice> prices) {
        return subscription.items().stream()
                .map(item -> prices.get(item.price()))
                .filter(offered -> offered != null)
                .map(offered -> offered.price().charge())
                .filter(Basis.Usage.class::isInstance)
                .map(basis -> ((Basis.Usage) basis).meter())
                .distinct();
    }
}
