package dev.valora.bench.reference;

/** Where bodies of events go. Belongs to one event loop. */
interface BodySink {

    /** Whether {@link #take} looks at the bytes. */
    boolean keepsBody();

    /**
     * Takes a body.
     *
     * @param body its bytes, if they are kept
     * @param length of it in bytes
     * @param answer told once, now or later, on the same event loop
     */
    void take(byte[] body, int length, Answer answer);

    /** The answer to one request. */
    interface Answer {

        /** The body's events were taken; some of them may have been known before. */
        void taken(int accepted, int duplicates);

        /** As many of the body's events were taken, none of them known before; negative when it is not readable as events. */
        default void counted(int events) {
            if (events < 0) {
                malformed();
            } else {
                taken(events, 0);
            }
        }

        /** The body is not readable as events. */
        void malformed();

        /** Nobody knows what became of the events. */
        void failed(Throwable cause);
    }
}
