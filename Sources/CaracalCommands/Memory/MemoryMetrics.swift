import Caracal
import Redis
import Rendering

/// One server's report as metrics.
struct MemoryMetrics {
    let report: ServerMemoryReport

    var families: [MetricFamily] {
        serverMetrics + streamMetrics + forecastMetrics
    }

    private var serverMetrics: [MetricFamily] {
        let memory = report.server
        let files = report.persistence
        return [
            gauge("caracal_redis_memory_used_bytes", "Bytes in use.", memory.used.value),
            gauge("caracal_redis_memory_peak_bytes", "The most bytes ever in use.", memory.peak.value),
            gauge("caracal_redis_memory_limit_bytes", "maxmemory; 0 for none.", memory.limit.value),
            gauge(
                "caracal_redis_memory_fragmentation_ratio",
                "Resident memory against allocated memory.",
                memory.fragmentation.value
            ),
            flag(
                "caracal_redis_memory_policy_noeviction",
                "Whether maxmemory-policy is noeviction.",
                memory.policy.value.map { $0.elementsEqual("noeviction".utf8) }
            ),
            flag("caracal_redis_aof_enabled", "Whether there is an append-only file.", files.appendOnly.value),
            flag(
                "caracal_redis_aof_last_write_ok",
                "Whether the last write to it succeeded.",
                files.lastWriteSucceeded.value
            ),
            flag("caracal_redis_last_save_ok", "Whether the last snapshot succeeded.", files.lastSaveSucceeded.value),
            otherKeys,
        ]
    }

    private var otherKeys: MetricFamily {
        var family = MetricFamily("caracal_redis_db1_keys", .gauge, help: "Keys in db 1, as far as they were counted.")
        guard let keys = report.otherKeys.value else { return family }
        family.append(["prefix": "rl:"], count: keys.rateLimits)
        family.append(["prefix": "chal:"], count: keys.challenges)
        family.append(["prefix": "other"], count: keys.others)
        return family
    }

    private var streamMetrics: [MetricFamily] {
        [
            streams("caracal_stream_memory_bytes", "Bytes a stream takes (estimate).") { $0.bytes.map { Double($0) } },
            streams("caracal_stream_entry_bytes", "Bytes an entry takes on average (estimate).") { $0.bytesPerEntry },
            streams("caracal_stream_pending_memory_bytes", "Bytes its pending entries take (estimate).") {
                $0.pendingBytes.map { Double($0) }
            },
            streams("caracal_stream_memory_at_bound_bytes", "Bytes it will take at its bound (estimate).") {
                $0.bytesAtBound.map { Double($0) }
            },
            streams("caracal_stream_largest_bound_entries", "The largest bound with which everything fits.") {
                report.forecast.largestBounds[$0.observed.definition.name].map { Double($0) }
            },
        ]
    }

    private var forecastMetrics: [MetricFamily] {
        let whole =
            report.forecast.unmeasured.isEmpty && report.forecast.untold.isEmpty ? report.forecast.neededBytes : nil
        return [
            gauge("caracal_redis_memory_needed_bytes", "Needed at all bounds, with headroom (estimate).", whole),
            gauge("caracal_redis_memory_full_seconds", "Time until maxmemory at the measured rate.", fullInSeconds),
        ]
    }

    /// Infinite when memory will not run out; absent when nobody knows.
    private var fullInSeconds: Double? {
        switch report.forecast.end {
        case .unknown: nil
        case .never: .infinity
        case .after(let milliseconds): Double(milliseconds) / 1000
        }
    }

    private func streams(_ name: String, _ help: String, _ value: (StreamMemory) -> Double?) -> MetricFamily {
        var family = MetricFamily(name, .gauge, help: help)
        for stream in report.streams { family.append(["stream": stream.observed.definition.name], value(stream)) }
        return family
    }

    private func gauge(_ name: String, _ help: String, _ value: UInt64?) -> MetricFamily {
        gauge(name, help, value.map { Double($0) })
    }

    private func flag(_ name: String, _ help: String, _ value: Bool?) -> MetricFamily {
        gauge(name, help, value.map { $0 ? 1.0 : 0.0 })
    }

    private func gauge(_ name: String, _ help: String, _ value: Double?) -> MetricFamily {
        var family = MetricFamily(name, .gauge, help: help)
        family.append([:], value)
        return family
    }
}
