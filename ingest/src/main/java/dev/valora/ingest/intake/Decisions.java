package dev.valora.ingest.intake;

import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterJournal;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.RegisteredMeter;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.Admission;
import dev.valora.ingest.admission.EntryDraft;
import dev.valora.ingest.admission.EventIdentity;

/** Decides commands, and writes what follows from them into the entry, which must have room. The writer's thread. */
final class Decisions {

    private final MeterDirectory meters;
    private final Admission admission;
    private final VoidReach reach;
    private int voids;

    Decisions(IntakeLoop.Journaled known) {
        this.meters = known.meters();
        this.admission = known.admission();
        this.reach = known.reach();
    }

    MeterJournal.Definition define(MeterDefinition meter, EntryDraft entry) {
        if (meters.find(meter.organization(), meter.code()) != null) {
            return new MeterJournal.Definition.CodeTaken();
        }
        meters.define(meter, entry.append(MeterRecords.encode(meter)));
        return new MeterJournal.Definition.Defined(entry.sequence());
    }

    MeterJournal.Archiving archive(MeterRecords.Archived archived, EntryDraft entry) {
        RegisteredMeter meter = meters.find(archived.organization(), archived.code());
        if (meter == null) {
            return new MeterJournal.Archiving.NoSuchMeter();
        }
        if (meter.isArchived()) {
            return new MeterJournal.Archiving.AlreadyArchived();
        }
        meters.archive(archived.organization(), archived.code(), entry.append(MeterRecords.encode(archived)));
        return new MeterJournal.Archiving.Archived(entry.sequence());
    }

    Intake.Known find(EventIdentity identity) {
        long event = admission.eventPosition(identity);
        return new Intake.Known(event, event == 0 ? 0 : admission.voidPosition(identity, event));
    }

    Intake.Voiding voidEvent(EventIdentity identity, VoidRecord record, EntryDraft entry) {
        long before = admission.voidPosition(identity, record.eventPosition());
        if (before != 0) {
            return new Intake.Voiding.Voided(before, false);
        }
        if (!reach.admit(entry.position(0), entry.acceptedMicros(), record, meters)) {
            return new Intake.Voiding.Gone();
        }
        voids++;
        return new Intake.Voiding.Voided(admission.admitVoid(identity, record, entry), true);
    }

    /** Voids written since the last call. */
    int takeVoids() {
        int taken = voids;
        voids = 0;
        return taken;
    }
}
