import Caracal
import Redis
import Rendering

/// What `check` measures, for a monitoring system that judges by itself.
struct CheckMetrics {
    let report: CheckReport

    /// Whether the server could be asked, when, and how long it took. Also what is left to say when it could not.
    ///
    /// - Parameters:
    ///   - at: Unix milliseconds.
    ///   - duration: milliseconds; nil when it came to nothing.
    static func scrape(isUp: Bool, at: Int, duration: UInt64?) -> [MetricFamily] {
        [
            gauge("caracal_up", "Whether the server could be asked.", isUp ? 1 : 0),
            gauge("caracal_scrape_timestamp_seconds", "When it was asked, Unix time.", Double(at) / 1000),
            gauge("caracal_scrape_duration_seconds", "How long asking took.", duration.map { Double($0) / 1000 }),
        ]
    }

    var families: [MetricFamily] {
        streams + groups + GroupMetrics(report.groups).families + others + servers + signatures + outboxes
    }

    private var streams: [MetricFamily] {
        [
            streams("caracal_stream_exists", "Whether a stream of the table exists.") { stream in
                stream.state.refusal == nil ? (stream.state.info == nil ? 0 : 1) : nil
            },
            streams("caracal_stream_length", "Entries in a stream.") { $0.state.info.map { Double($0.length) } },
            streams("caracal_stream_bound_entries", "Entries its publishers keep.") {
                $0.definition.bound.map { Double($0) }
            },
            streams("caracal_stream_entries_added_total", "Entries ever added.", .counter) {
                $0.state.info?.entriesAdded.map { Double($0) }
            },
            streams("caracal_stream_id_lead_seconds", "How far the last id lies ahead of the server's clock.") {
                $0.idLead(at: report.now).map { Double($0) / 1000 }
            },
        ]
    }

    private var groups: [MetricFamily] {
        var exists = MetricFamily("caracal_group_exists", .gauge, help: "Whether a group of the table exists.")
        var counted = MetricFamily("caracal_group_counted", .gauge, help: "Whether alarms should count a group.")
        var skipped = MetricFamily(
            "caracal_group_skipped",
            .gauge,
            help: "Whether a group may have been put behind entries that it had not read."
        )
        var silence = MetricFamily(
            "caracal_group_reader_silence_seconds",
            .gauge,
            help: "Time since one of a group's consumers was heard of."
        )
        for group in report.groups {
            let labels: KeyValuePairs = ["stream": group.stream.name, "group": group.name.readable]
            exists.append(labels, group.info == nil ? 0 : 1)
            guard group.info != nil else { continue }
            counted.append(labels, group.isCounted ? 1 : 0)
            skipped.append(labels, report.hasSkipped(group).map { $0 ? 1 : 0 })
            silence.append(labels, group.silence.map { Double($0) / 1000 })
        }
        return [exists, counted, skipped, silence]
    }

    /// Of a cluster each server that was asked.
    private var servers: [MetricFamily] {
        var replica = MetricFamily("caracal_redis_replica", .gauge, help: "Whether the server is a replica.")
        var writable = MetricFamily("caracal_redis_takes_writes", .gauge, help: "Whether the server takes writes.")
        for server in report.servers {
            let labels: KeyValuePairs<String, String> = server.server.map { ["server": $0] } ?? [:]
            replica.append(labels, server.isReplica.map { $0 ? 1 : 0 })
            writable.append(labels, server.takesWrites.map { $0 ? 1 : 0 })
        }
        return [replica, writable]
    }

    /// Of the newest entries of each stream, where there is a key.
    private var signatures: [MetricFamily] {
        var family = MetricFamily(
            "caracal_newest_signatures",
            .gauge,
            help: "How the signatures of a stream's newest entries turned out."
        )
        for stream in report.signatures where stream.state == .checked && stream.own.unchecked == 0 {
            let name = stream.target.stream.name
            family.append(["stream": name, "verdict": "valid"], Double(stream.own.valid))
            family.append(["stream": name, "verdict": "invalid"], Double(stream.own.invalid))
            family.append(
                ["stream": name, "verdict": "unsigned"],
                Double(stream.own.unsigned - stream.own.unsignedByDesign)
            )
        }
        return [family]
    }

    /// Where a database is set: whether it could be asked, and what is in it.
    private var outboxes: [MetricFamily] {
        guard let outboxes = report.outboxes else { return [] }
        let isUp = Self.gauge(
            "caracal_outbox_up",
            "Whether the database of the outboxes could be asked.",
            {
                if case .seen = outboxes { 1 } else { 0 }
            }()
        )
        guard case .seen(let seen) = outboxes else { return [isUp] }
        return [isUp] + OutboxMetrics(seen).families
    }

    private var others: [MetricFamily] {
        var dead = MetricFamily("caracal_dead_letters", .gauge, help: "Dead letters in a stream of dead letters.")
        for measure in report.measures where measure.figure == .deadLetters {
            dead.append(["stream": measure.stream?.name ?? ""], measure.quantity.value.map { Double($0) })
        }
        let memory = report.memory
        return [
            dead, Self.gauge("caracal_redis_memory_used_bytes", "Bytes in use.", memory.used.value.map { Double($0) }),
            Self.gauge(
                "caracal_redis_memory_limit_bytes",
                "maxmemory; 0 for none.",
                memory.limit.value.map { Double($0) }
            ),
        ]
    }

    private func streams(
        _ name: String,
        _ help: String,
        _ kind: MetricFamily.Kind = .gauge,
        _ value: (ObservedStream) -> Double?
    ) -> MetricFamily {
        var family = MetricFamily(name, kind, help: help)
        for stream in report.streams { family.append(["stream": stream.definition.name], value(stream)) }
        return family
    }

    private static func gauge(_ name: String, _ help: String, _ value: Double?) -> MetricFamily {
        var family = MetricFamily(name, .gauge, help: help)
        family.append([:], value)
        return family
    }
}
