import Caracal
import Redis
import Rendering

/// What `check` measures, for a monitoring system that judges by itself.
struct CheckMetrics {
    private let report: CheckReport
    /// How often an audit event is delivered before it becomes a dead letter; nil where the setting cannot be read.
    private let maxDeliveries: UInt64?
    /// The groups that have samples of their own.
    private let shown: [GroupStanding]

    /// - Parameter shown: the groups that are to have samples of their own; nil for all.
    init(_ report: CheckReport, maxDeliveries: UInt64?, shown: [GroupStanding]? = nil) {
        (self.report, self.maxDeliveries) = (report, maxDeliveries)
        self.shown = shown ?? report.groups
    }

    /// Whether the server could be asked, when, and how long it took. Also what is left to say when it could not.
    ///
    /// - Parameters:
    ///   - at: Unix milliseconds.
    ///   - duration: milliseconds; nil when it came to nothing.
    static func scrape(isUp: Bool, at: Int, duration: UInt64?) -> [MetricFamily] {
        [
            MetricFamily(.up, isUp ? 1 : 0), MetricFamily(.scrapeTimestamp, Double(at) / 1000),
            MetricFamily(.scrapeDuration, duration.map { Double($0) / 1000 }),
        ]
    }

    var families: [MetricFamily] {
        streams + groups + GroupMetrics(shown, maxDeliveries: maxDeliveries).families + others + servers + signatures
            + OutboxMetrics.families(report.outboxes)
    }

    private var streams: [MetricFamily] {
        [
            streams(.streamExists) { $0.state.refusal == nil ? ($0.state.info == nil ? 0 : 1) : nil },
            streams(.streamLength) { $0.state.info.map { Double($0.length) } },
            streams(.streamBound) { $0.definition.bound.map { Double($0) } },
            streams(.streamAdded) { $0.state.info?.entriesAdded.map { Double($0) } },
            streams(.streamIDLead) { $0.idLead(at: report.now).map { Double($0) / 1000 } },
            streams(.streamFirstEntry) { Self.time(of: $0.state.info?.firstID) },
            streams(.streamLastEntry) { Self.time(of: $0.state.info?.lastID) },
        ]
    }

    /// When an entry was added, in Unix seconds. The seed of a stream, `0-1`, names no time.
    private static func time(of id: EntryID?) -> Double? {
        id.flatMap { $0.milliseconds > 0 ? Double($0.milliseconds) / 1000 : nil }
    }

    private var groups: [MetricFamily] {
        var (exists, required) = (MetricFamily(.groupExists), MetricFamily(.groupRequired))
        var (counted, skipped) = (MetricFamily(.groupCounted), MetricFamily(.groupSkipped))
        var silence = MetricFamily(.groupSilence)
        for group in shown {
            let labels: KeyValuePairs = ["stream": group.stream.name, "group": group.name.readable]
            exists.append(labels, group.info == nil ? 0 : 1)
            required.append(labels, group.isRequired ? 1 : 0)
            guard group.info != nil else { continue }
            counted.append(labels, group.isCounted ? 1 : 0)
            skipped.append(labels, report.hasSkipped(group).map { $0 ? 1 : 0 })
            silence.append(labels, group.silence.map { Double($0) / 1000 })
        }
        return [exists, required, counted, skipped, silence]
    }

    /// Of a cluster each server that was asked.
    private var servers: [MetricFamily] {
        var (replica, writable) = (MetricFamily(.redisReplica), MetricFamily(.redisTakesWrites))
        for server in report.servers {
            let labels: KeyValuePairs<String, String> = server.server.map { ["server": $0] } ?? [:]
            replica.append(labels, server.isReplica.map { $0 ? 1 : 0 })
            writable.append(labels, server.takesWrites.map { $0 ? 1 : 0 })
        }
        return [replica, writable]
    }

    /// Of the newest entries of each stream, where there is a key.
    private var signatures: [MetricFamily] {
        var family = MetricFamily(.signatures)
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

    private var others: [MetricFamily] {
        var dead = MetricFamily(.deadLetters)
        for measure in report.measures where measure.figure == .deadLetters {
            dead.append(["stream": measure.stream?.name ?? ""], measure.quantity.value.map { Double($0) })
        }
        let memory = report.memory
        return [
            dead, MetricFamily(.memoryUsed, memory.used.value.map { Double($0) }),
            MetricFamily(.memoryLimit, memory.limit.value.map { Double($0) }),
        ]
    }

    private func streams(_ metric: Metric, _ value: (ObservedStream) -> Double?) -> MetricFamily {
        var family = MetricFamily(metric)
        for stream in report.streams { family.append(["stream": stream.definition.name], value(stream)) }
        return family
    }
}
