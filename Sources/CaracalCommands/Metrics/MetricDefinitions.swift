extension Metric {
    /// What a family is about: the table of all metrics.
    var definition: Definition {
        switch self {
        case .up:
            Definition(unit: .flag, labels: [], help: "Whether the server could be asked.")
        case .scrapeTimestamp:
            Definition(unit: .unixTime, labels: [], help: "When it was asked, Unix time.")
        case .scrapeDuration:
            Definition(unit: .seconds, labels: [], help: "How long asking took.")
        case .lookSeconds:
            Definition(
                unit: .seconds,
                labels: ["question"],
                help: "How long a part of the look took: bus, memory, dead_letters, outboxes."
            )
        case .lookComplete:
            Definition(
                unit: .flag,
                labels: ["question"],
                help:
                    "Whether a question was answered. One that was not asked, as there is no key or no database for it, has no sample."
            )
        case .buildInfo:
            Definition(unit: .one, labels: ["version"], help: "The version of caracalctl.")
        case .streamExists:
            Definition(unit: .flag, labels: ["stream"], help: "Whether a stream of the table exists.")
        case .streamLength:
            Definition(unit: .count, labels: ["stream"], help: "Entries in a stream.")
        case .streamBound:
            Definition(unit: .count, labels: ["stream"], help: "Entries its publishers keep.")
        case .streamAdded:
            Definition(unit: .count, labels: ["stream"], help: "Entries ever added.")
        case .streamIDLead:
            Definition(
                unit: .seconds,
                labels: ["stream"],
                help: "How far the last id lies ahead of the server's clock."
            )
        case .streamFirstEntry:
            Definition(unit: .unixTime, labels: ["stream"], help: "When the oldest entry was added, by its id.")
        case .streamLastEntry:
            Definition(unit: .unixTime, labels: ["stream"], help: "When the newest entry was added, by its id.")
        case .signatures:
            Definition(
                unit: .count,
                labels: ["stream", "verdict"],
                help: "How the signatures of a stream's newest entries turned out."
            )
        case .groups:
            Definition(
                unit: .count,
                labels: ["stream", "kind"],
                help: "Groups of a stream: of the table, others, and those left over from hosts that are gone."
            )
        case .groupsWithoutSamples:
            Definition(
                unit: .count,
                labels: ["stream"],
                help: "Groups that have no samples of their own, as there are too many."
            )
        case .groupExists:
            Definition(unit: .flag, labels: ["stream", "group"], help: "Whether a group of the table exists.")
        case .groupRequired:
            Definition(
                unit: .flag,
                labels: ["stream", "group"],
                help: "Whether a public service reads through a group of the table."
            )
        case .groupCounted:
            Definition(unit: .flag, labels: ["stream", "group"], help: "Whether alarms should count a group.")
        case .groupSkipped:
            Definition(
                unit: .flag,
                labels: ["stream", "group"],
                help: "Whether a group may have been put behind entries it had not read, or beyond its stream's end."
            )
        case .groupSilence:
            Definition(
                unit: .seconds,
                labels: ["stream", "group"],
                help: "Time since one of a group's consumers was heard of."
            )
        case .groupPending:
            Definition(
                unit: .count,
                labels: ["stream", "group", "quality"],
                help: "Entries delivered and not acknowledged."
            )
        case .groupLag:
            Definition(unit: .count, labels: ["stream", "group", "quality"], help: "Entries still to be delivered.")
        case .groupRead:
            Definition(
                unit: .count,
                labels: ["stream", "group"],
                help: "Entries read, by the server's counter, which XGROUP SETID may set."
            )
        case .groupLost:
            Definition(
                unit: .count,
                labels: ["stream", "group", "quality"],
                help: "Entries removed before they were delivered."
            )
        case .groupBehind:
            Definition(
                unit: .seconds,
                labels: ["stream", "group"],
                help: "Age of the oldest entry still to be delivered; 0 when none waits."
            )
        case .groupLostReported:
            Definition(
                unit: .count,
                labels: ["stream", "group"],
                help: "Entries removed before they were delivered, by the server's counters."
            )
        case .groupTrimHorizon:
            Definition(
                unit: .count,
                labels: ["stream", "group", "quality"],
                help: "Entries that can be added before one is lost."
            )
        case .groupOldestIdle:
            Definition(
                unit: .seconds,
                labels: ["stream", "group", "quality"],
                help: "Time since the oldest delivery that is pending."
            )
        case .groupMostDeliveries:
            Definition(
                unit: .count,
                labels: ["stream", "group", "quality"],
                help: "Deliveries of the entry delivered most often."
            )
        case .groupDeliveryLimit:
            Definition(
                unit: .count,
                labels: ["stream", "group"],
                help: "Deliveries after which the group's service makes an entry a dead letter."
            )
        case .groupConsumers:
            Definition(
                unit: .count,
                labels: ["stream", "group", "state"],
                help: "Consumers by what can be said of them."
            )
        case .deadLetters:
            Definition(unit: .count, labels: ["stream"], help: "Dead letters in a stream of dead letters.")
        case .deadLettersOldest:
            Definition(unit: .seconds, labels: ["stream"], help: "Age of the oldest dead letter.")
        case .deadLettersNewest:
            Definition(unit: .seconds, labels: ["stream"], help: "Age of the newest dead letter.")
        case .deadLettersByReason:
            Definition(unit: .count, labels: ["stream", "reason"], help: "Dead letters by reason.")
        case .deadLettersReplayable:
            Definition(
                unit: .count,
                labels: ["stream", "reason"],
                help: "Dead letters that dlq redrive may return without --force, by reason."
            )
        case .deadLettersBySignature:
            Definition(
                unit: .count,
                labels: ["stream", "signature"],
                help: "Dead letters by what became of checking the signature of the message inside."
            )
        case .redisInfo:
            Definition(unit: .one, labels: ["address", "version", "role"], help: "The server that was asked.")
        case .redisReplica:
            Definition(unit: .flag, labels: [], help: "Whether the server is a replica.")
        case .redisTakesWrites:
            Definition(unit: .flag, labels: [], help: "Whether the server takes writes.")
        case .redisKeys:
            Definition(unit: .count, labels: ["db"], help: "Keys in a database.")
        case .redisRateKeys:
            Definition(unit: .count, labels: ["prefix"], help: "Keys in db 1, as far as they were counted.")
        case .memoryUsed:
            Definition(unit: .bytes, labels: [], help: "Bytes in use.")
        case .memoryPeak:
            Definition(unit: .bytes, labels: [], help: "The most bytes ever in use.")
        case .memoryLimit:
            Definition(unit: .bytes, labels: [], help: "maxmemory; 0 for none.")
        case .memoryFragmentation:
            Definition(unit: .ratio, labels: [], help: "Resident memory against allocated memory.")
        case .memoryPolicy:
            Definition(unit: .flag, labels: [], help: "Whether maxmemory-policy is noeviction.")
        case .memoryNeeded:
            Definition(unit: .bytes, labels: [], help: "Needed at all bounds, with headroom (estimate).")
        case .memoryFull:
            Definition(unit: .seconds, labels: [], help: "Time until maxmemory at the measured rate.")
        case .aofEnabled:
            Definition(unit: .flag, labels: [], help: "Whether there is an append-only file.")
        case .aofWriteOK:
            Definition(unit: .flag, labels: [], help: "Whether the last write to it succeeded.")
        case .aofRewriteOK:
            Definition(unit: .flag, labels: [], help: "Whether the last rewrite of it succeeded.")
        case .saveOK:
            Definition(unit: .flag, labels: [], help: "Whether the last snapshot succeeded.")
        case .saveTime:
            Definition(unit: .unixTime, labels: [], help: "When the last snapshot was made.")
        case .unsavedChanges:
            Definition(unit: .count, labels: [], help: "Changes since the last snapshot.")
        case .streamMemory:
            Definition(unit: .bytes, labels: ["stream"], help: "Bytes a stream takes (estimate).")
        case .streamEntryBytes:
            Definition(unit: .bytes, labels: ["stream"], help: "Bytes an entry takes on average (estimate).")
        case .streamPendingMemory:
            Definition(unit: .bytes, labels: ["stream"], help: "Bytes its pending entries take (estimate).")
        case .streamMemoryAtBound:
            Definition(unit: .bytes, labels: ["stream"], help: "Bytes it will take at its bound (estimate).")
        case .streamLargestBound:
            Definition(unit: .count, labels: ["stream"], help: "The largest bound with which everything fits.")
        case .outboxUp:
            Definition(unit: .flag, labels: [], help: "Whether the database of the outboxes could be asked.")
        case .outboxTableUp:
            Definition(
                unit: .flag,
                labels: ["outbox"],
                help: "Whether the table of an outbox could be read. One that is not there has no sample."
            )
        case .outboxRows:
            Definition(
                unit: .count,
                labels: ["outbox", "stream", "state"],
                help:
                    "Rows of an outbox that are not published: waiting (retrying and in hand among them), retrying, in hand, dead."
            )
        case .outboxOldest:
            Definition(
                unit: .seconds,
                labels: ["outbox", "stream"],
                help:
                    "Time since the oldest row that waits was made; 0 when none waits, no sample where a row does not tell."
            )
        case .outboxPublished:
            Definition(
                unit: .count,
                labels: ["outbox", "stream"],
                help:
                    "Rows published within an hour; of a large table a least amount: rows that were requeued may be left out."
            )
        case .outboxLocksRunOut:
            Definition(
                unit: .count,
                labels: ["outbox", "stream"],
                help: "Rows whose lock ran out and that no dispatcher took over."
            )
        case .doctorOutcomes:
            Definition(unit: .count, labels: ["check", "status"], help: "Outcomes of a check, by how they turned out.")
        }
    }
}
