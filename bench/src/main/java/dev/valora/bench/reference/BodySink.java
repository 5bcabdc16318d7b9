package dev.valora.bench.reference;

/** Takes bodies of events to nowhere. Belongs to one event loop. */
interface BodySink {

    /** Whether {@link #events} looks at the bytes. */
    boolean keepsBody();

    /** How many events the body has; negative when it is not readable as events. */
    int events(byte[] body, int length);
}
