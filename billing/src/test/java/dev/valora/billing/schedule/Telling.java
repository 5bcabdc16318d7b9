package dev.valora.billing.schedule;

import dev.valora.billing.BillingObserver;
import dev.valora.billing.JobKind;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a billing run tells its observer. The run's thread. */
final class Telling implements BillingObserver {

    private final List<String> told = new ArrayList<>();

    /** Everything told since the last time, in order. */
    List<String> take() {
        List<String> taken = List.copyOf(told);
        told.clear();
        return taken;
    }

    /** The delays among it. */
    List<String> takeLags() {
        return take().stream().filter(word -> word.startsWith("lag ")).toList();
    }

    @Override
    public void onRun(JobKind job, long nanos) {
        told.add("run " + job.wireName());
    }

    @Override
    public void onTimeout(JobKind job) {
        told.add("timeout " + job.wireName());
    }

    @Override
    public void onError(JobKind job, String reason) {
        told.add("error " + job.wireName() + " " + reason);
    }

    @Override
    public void onProcessed(JobKind job, String resource, int count) {
        told.add("processed " + job.wireName() + " " + resource + " " + count);
    }

    @Override
    public void onDeferred(JobKind job, String reason, int count) {
        told.add("deferred " + job.wireName() + " " + reason + " " + count);
    }

    @Override
    public void onStarted(long lagMicros) {
        told.add("lag " + Duration.of(lagMicros, ChronoUnit.MICROS));
    }

    @Override
    public void onSetAside(int subscriptions) {
        // A gauge of every organization of the test class.
    }
}
