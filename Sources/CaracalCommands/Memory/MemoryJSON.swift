import Caracal
import Redis
import Rendering
import Text

/// One server's report as JSON. In a cluster each object begins with the server's name.
struct MemoryJSON {
    let report: ServerMemoryReport

    /// The streams.
    var items: [JSONValue] { report.streams.map { named(item($0)) } }

    /// Everything else.
    var summary: JSONValue { named(ofServer) }

    private func named(_ members: JSONValue) -> JSONValue {
        guard let name = report.name, case .object(let members) = members else { return members }
        return .object([JSONMember("server", .string(name))] + members)
    }

    private func item(_ stream: StreamMemory) -> JSONValue {
        let name = stream.observed.definition.name
        return [
            "stream": .string(name), "exists": JSONValue(stream.observed.state.exists),
            "length": JSONValue(stream.length),
            "bytes_estimate": JSONValue(stream.bytes),
            "bytes_per_entry": JSONValue(stream.bytesPerEntry.map { ($0 * 10).rounded() / 10 }),
            "sampled_entries": JSONValue(stream.sampled),
            "server_estimate_bytes": JSONValue(stream.serverEstimate.value),
            "pending": JSONValue(stream.pending), "pending_bytes_estimate": JSONValue(stream.pendingBytes),
            "bound": JSONValue(stream.observed.definition.bound),
            "bytes_at_bound": JSONValue(stream.bytesAtBound),
            "largest_bound_that_fits": JSONValue(report.forecast.largestBounds[name]),
            "added_per_second": JSONValue(report.growth?.added[name]),
            "longer_per_second": JSONValue(report.growth?.longer[name]),
        ]
    }

    private var ofServer: JSONValue {
        [
            "memory": [
                "used_bytes": JSONValue(report.server.used.value), "peak_bytes": JSONValue(report.server.peak.value),
                "maxmemory_bytes": JSONValue(report.server.limit.value),
                "policy": JSONValue(bytes: report.server.policy.value),
                "fragmentation": JSONValue(report.server.fragmentation.value),
            ],
            "persistence": persistence,
            "db1": db1,
            "databases": .array((report.databases.value ?? []).map(json)),
            "forecast": forecast,
            "not_permitted": .array(notPermitted.map(JSONValue.string)),
        ]
    }

    private var persistence: JSONValue {
        let persistence = report.persistence
        return [
            "append_only": JSONValue(persistence.appendOnly.value),
            "fsync": JSONValue(bytes: persistence.fsync.value),
            "last_write_ok": JSONValue(persistence.lastWriteSucceeded.value),
            "last_rewrite_ok": JSONValue(persistence.lastRewriteSucceeded.value),
            "last_save_ok": JSONValue(persistence.lastSaveSucceeded.value),
            "saved_since_start": JSONValue(persistence.hasSaved.value),
            "last_save_unix_seconds": JSONValue(persistence.lastSave.value),
            "unsaved_changes": JSONValue(persistence.unsavedChanges.value),
        ]
    }

    private var db1: JSONValue {
        guard let keys = report.otherKeys.value else { return .null }
        return [
            "rate_limits": JSONValue(keys.rateLimits), "challenges": JSONValue(keys.challenges),
            "others": JSONValue(keys.others), "complete": .bool(keys.isComplete),
        ]
    }

    private func json(_ database: DatabaseKeys) -> JSONValue {
        ["db": JSONValue(database.number), "keys": .unsigned(database.keys), "expiring": .unsigned(database.expiring)]
    }

    private var forecast: JSONValue {
        let forecast = report.forecast
        return [
            "streams_at_bounds_bytes": JSONValue(forecast.bytesAtBounds), "other_bytes": JSONValue(forecast.otherBytes),
            "headroom": .double(report.rules.headroom), "needed_bytes": JSONValue(forecast.neededBytes),
            "quality": forecast.unmeasured.isEmpty && forecast.unknownStreams.isEmpty ? "estimate" : "at_least",
            "unmeasured": .array(forecast.unmeasured.map(JSONValue.string)),
            "not_measured": .array(
                forecast.unknownStreams.map { ["stream": .string($0.stream), "reason": JSONValue($0.reason)] }
            ),
            "fits": JSONValue(forecast.fits),
            "watched_ms": JSONValue(report.growth?.milliseconds),
            "used_bytes_per_second": JSONValue(report.growth?.usedBytes),
            "fills": fills, "full_in_ms": fullIn,
        ]
    }

    private var fills: JSONValue {
        switch report.forecast.end {
        case .unknown: .null
        case .never: false
        case .after: true
        }
    }

    private var fullIn: JSONValue {
        if case .after(let milliseconds) = report.forecast.end { .unsigned(milliseconds) } else { .null }
    }

    /// Which of the nulls above are what the server would not tell.
    private var notPermitted: [String] {
        let memory = report.server
        let files = report.persistence
        let facts = [
            ("used_bytes", memory.used == .notPermitted), ("peak_bytes", memory.peak == .notPermitted),
            ("maxmemory_bytes", memory.limit == .notPermitted), ("policy", memory.policy == .notPermitted),
            ("fragmentation", memory.fragmentation == .notPermitted),
            ("append_only", files.appendOnly == .notPermitted), ("fsync", files.fsync == .notPermitted),
            ("last_write_ok", files.lastWriteSucceeded == .notPermitted),
            ("last_rewrite_ok", files.lastRewriteSucceeded == .notPermitted),
            ("last_save_ok", files.lastSaveSucceeded == .notPermitted),
            ("saved_since_start", files.hasSaved == .notPermitted),
            ("last_save_unix_seconds", files.lastSave == .notPermitted),
            ("unsaved_changes", files.unsavedChanges == .notPermitted), ("db1", report.otherKeys == .notPermitted),
            ("databases", report.databases == .notPermitted),
            ("server_estimate_bytes", report.streams.contains { $0.serverEstimate == .notPermitted }),
        ]
        return facts.filter(\.1).map(\.0)
    }
}
