package dev.valora.ingest.intake;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/** Answers to commands, held back until their entry is on disk. The writer's thread. */
final class HeldAnswers {

    private final ArrayDeque<Held<?>> held = new ArrayDeque<>();

    private record Held<T>(CompletableFuture<T> future, T value) {
        private void give() {
            future.complete(value);
        }
    }

    <T> void hold(CompletableFuture<T> future, T value) {
        held.add(new Held<>(future, value));
    }

    /** Each leaves before it is given, so that nobody is told twice whatever happens. */
    void give() {
        for (Held<?> answer = held.poll(); answer != null; answer = held.poll()) {
            answer.give();
        }
    }

    void fail(Throwable cause) {
        held.forEach(answer -> answer.future().completeExceptionally(cause));
        held.clear();
    }
}
