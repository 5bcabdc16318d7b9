package dev.valora.ingest.journal;

/** What a committed entry survives. */
public enum Durability {
    /** Forced to the disk before the commit returns: the death of the process, of the machine, a power cut. */
    FSYNC,
    /**
     * Handed to the operating system: the death of the process. A power cut, or the death of the machine, may take what was
     * committed in the seconds before, and may leave the newest file damaged.
     */
    OS
}
