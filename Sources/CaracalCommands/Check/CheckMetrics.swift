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
        streams + groups + GroupMetrics(report.groups).families + others
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
        ]
    }

    private var groups: [MetricFamily] {
        var exists = MetricFamily("caracal_group_exists", .gauge, help: "Whether a group of the table exists.")
        var counted = MetricFamily("caracal_group_counted", .gauge, help: "Whether alarms should count a group.")
        for group in report.groups {
            let labels: KeyValuePairs = ["stream": group.stream.name, "group": group.name.readable]
            exists.append(labels, group.info == nil ? 0 : 1)
            if group.info != nil { counted.append(labels, group.isCounted ? 1 : 0) }
        }
        return [exists, counted]
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
