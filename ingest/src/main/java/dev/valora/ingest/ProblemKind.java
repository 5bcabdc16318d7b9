package dev.valora.ingest;

/** What went wrong, in the words of HTTP, and who has to do something about it. The status follows from the kind alone. */
public enum ProblemKind {
    MALFORMED(400, "Malformed request", Category.FIX_IT),
    UNAUTHENTICATED(401, "No valid key", Category.FIX_IT),
    FORBIDDEN(403, "Not allowed", Category.FIX_IT),
    NOT_FOUND(404, "Not found", Category.FIX_IT),
    METHOD_NOT_ALLOWED(405, "Method not allowed", Category.FIX_IT),
    TIMED_OUT(408, "Request timeout", Category.RETRY_LATER),
    CONFLICT(409, "Conflict", Category.FIX_IT),
    GONE(410, "Gone", Category.FIX_IT),
    TOO_LARGE(413, "Too large", Category.FIX_IT),
    UNSUPPORTED_MEDIA(415, "Unsupported media type", Category.FIX_IT),
    INVALID(422, "Invalid", Category.FIX_IT),
    RATE_LIMITED(429, "Too many requests", Category.RETRY_LATER),
    INTERNAL(500, "Internal error", Category.PAGE_SOMEONE),
    UNAVAILABLE(503, "Unavailable", Category.RETRY_LATER),
    NO_SPACE(507, "No space left", Category.PAGE_SOMEONE);

    /** Who has to act. */
    public enum Category {
        /** The caller changes the request. */
        FIX_IT,
        /** The caller sends the same again after {@code Retry-After}. */
        RETRY_LATER,
        /** An operator looks at the server. */
        PAGE_SOMEONE
    }

    private final int status;
    private final String title;
    private final Category category;

    ProblemKind(int status, String title, Category category) {
        this.status = status;
        this.title = title;
        this.category = category;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    public Category category() {
        return category;
    }
}
