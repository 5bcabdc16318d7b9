package dev.valora.ingest.keys;

/** A key file is not what was written, or not for this journal. The message is the end of a sentence that names the file. */
final class DamagedKeyFileException extends Exception {

    private static final long serialVersionUID = 1L;

    DamagedKeyFileException(String message) {
        super(message);
    }
}
