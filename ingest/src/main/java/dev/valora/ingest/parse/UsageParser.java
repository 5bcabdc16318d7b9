package dev.valora.ingest.parse;

import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.UsageBatch;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Reads the body of a usage request, one event, an array of events or {@code {"events":[…]}}, into a batch of records. One
 * thread; an instance per thread, reused for all its requests.
 */
public final class UsageParser {

    private final MeterDirectory meters;
    private final PlainBody plain;
    private final AnyBody any;

    /** @param hash used by this parser's thread only */
    public UsageParser(EventHash hash, MeterDirectory meters) {
        EventPlacer placer = new EventPlacer(hash);
        this.meters = meters;
        this.plain = new PlainBody(placer);
        this.any = new AnyBody(placer);
    }

    /**
     * Fills a batch that was begun for its organization with the events of a body. An event that cannot be a record becomes one of
     * the batch's rejections and the others are read on.
     *
     * @param body not kept; behind {@code length} it may be changed
     * @param length bytes of the body, from 0 on
     * @param lines whether the body is newline-delimited JSON: events with nothing but white space between them
     * @throws ProblemException 400 {@code malformed_json} or {@code not_events} when the body cannot be read as events, 413
     *     {@code too_many_events} or {@code body_too_large} when it holds too much, 422 {@code no_events} when it holds none, 422
     *     {@code invalid_request} when something stands beside {@code events}; the batch is then empty
     */
    public void parse(byte[] body, int length, boolean lines, UsageBatch batch) {
        boolean complete = false;
        try {
            MeterDirectory.Lookup lookup = meters.lookup(batch.organization());
            batch.restart();
            if (!plain.read(body, length, lines, batch, lookup)) {
                batch.restart();
                any.read(body, length, lines, batch, lookup);
            }
            complete = true;
        } catch (IOException impossible) {
            throw new UncheckedIOException("bytes in memory could not be read", impossible);
        } finally {
            if (!complete) {
                batch.restart();
            }
        }
    }
}
