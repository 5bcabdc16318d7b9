package dev.valora.ingest.intake;

import dev.valora.ingest.IntakeObserver;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.admission.Verdict;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;

/** Counts what became of a group, for the observer. The writer's thread. */
final class GroupReport {

    private final IntakeObserver observer;
    private final EnumMap<Verdict, Integer> counts = new EnumMap<>(Verdict.class);

    GroupReport(IntakeObserver observer) {
        this.observer = observer;
    }

    /** An entry is on disk. */
    void committed(Collection<UsageBatch> group, int bytes, long nanos) {
        int events = 0;
        for (UsageBatch batch : group) {
            events += batch.accepted();
        }
        observer.onCommit(group.size(), events, bytes, nanos);
    }

    /** So many events of the entry on disk are voids. */
    void voided(int voids) {
        if (voids > 0) {
            observer.onVoided(voids);
        }
    }

    /** A batch is about to be given back. */
    void judged(UsageBatch batch) {
        if (batch.accepted() + batch.duplicates() == batch.size()) {
            observer.onJudged(batch.accepted(), batch.duplicates(), 0);
            return;
        }
        counts.clear();
        for (int i = 0; i < batch.size(); i++) {
            counts.merge(batch.verdict[i], 1, Integer::sum);
        }
        observer.onJudged(batch.accepted(), batch.duplicates(), counts.getOrDefault(Verdict.CONFLICT, 0));
        counts.forEach((verdict, events) -> {
            if (!verdict.isSuccess() && verdict != Verdict.CONFLICT) {
                observer.onRejected(verdict.name().toLowerCase(Locale.ROOT), events);
            }
        });
    }
}
