package dev.valora.aggregator;

import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A journal that counts the entries which its readers return. Any thread. */
public final class CountingJournal {

    private final Journal journal;
    private final AtomicLong polled = new AtomicLong();

    public CountingJournal(Journal journal) {
        this.journal = journal;
    }

    /** Entries that readers have returned so far. */
    public long polled() {
        return polled.get();
    }

    /** Passes everything on. */
    public Journal counted() {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(journal, arguments);
                        return result instanceof JournalReader reader ? counted(reader) : result;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    private JournalReader counted(JournalReader reader) {
        return new JournalReader() {
            @Override
            public @Nullable JournalEntry poll() {
                polled.incrementAndGet();
                return reader.poll();
            }

            @Override
            public void skipTo(long sequence) {
                reader.skipTo(sequence);
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }
}
