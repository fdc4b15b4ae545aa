import Caracal
import Redis
import Rendering

/// One server's report as metrics.
struct MemoryMetrics {
    let report: ServerMemoryReport

    /// The reports of all servers: of a cluster each sample has the server's name.
    static func families(_ report: MemoryReport) -> [MetricFamily] {
        var families: [MetricFamily] = []
        for server in report.servers {
            for (index, family) in MemoryMetrics(report: server).families.enumerated() {
                guard let name = server.name else {
                    families.append(family)
                    continue
                }
                if index == families.count { families.append(family.empty) }
                families[index].append(family, adding: ("server", name))
            }
        }
        return families
    }

    var families: [MetricFamily] {
        serverMetrics + streamMetrics + forecastMetrics
    }

    private var serverMetrics: [MetricFamily] {
        let memory = report.server
        let files = report.persistence
        return [
            gauge(.memoryUsed, memory.used.value),
            gauge(.memoryPeak, memory.peak.value),
            gauge(.memoryLimit, memory.limit.value),
            gauge(
                .memoryFragmentation,
                memory.fragmentation.value
            ),
            flag(
                .memoryPolicy,
                memory.policy.value.map { $0.elementsEqual("noeviction".utf8) }
            ),
            flag(.aofEnabled, files.appendOnly.value),
            flag(
                .aofWriteOK,
                files.lastWriteSucceeded.value
            ),
            flag(.aofRewriteOK, files.lastRewriteSucceeded.value),
            flag(.saveOK, files.lastSaveSucceeded.value),
            gauge(.saveTime, files.lastSave.value),
            gauge(.unsavedChanges, files.unsavedChanges.value),
            databases, otherKeys,
        ]
    }

    private var databases: MetricFamily {
        var family = MetricFamily(.redisKeys)
        for database in report.databases.value ?? [] {
            family.append(["db": "\(database.number)"], Double(database.keys))
        }
        return family
    }

    private var otherKeys: MetricFamily {
        var family = MetricFamily(.redisRateKeys)
        guard let keys = report.otherKeys.value else { return family }
        family.append(["prefix": "rl:"], count: keys.rateLimits)
        family.append(["prefix": "chal:"], count: keys.challenges)
        family.append(["prefix": "other"], count: keys.others)
        return family
    }

    private var streamMetrics: [MetricFamily] {
        [
            streams(.streamMemory) { $0.bytes.map { Double($0) } },
            streams(.streamEntryBytes) { $0.bytesPerEntry },
            streams(.streamPendingMemory) {
                $0.pendingBytes.map { Double($0) }
            },
            streams(.streamMemoryAtBound) {
                $0.bytesAtBound.map { Double($0) }
            },
            streams(.streamLargestBound) {
                report.forecast.largestBounds[$0.observed.definition.name].map { Double($0) }
            },
        ]
    }

    private var forecastMetrics: [MetricFamily] {
        let whole =
            report.forecast.unmeasured.isEmpty && report.forecast.unknownStreams.isEmpty
            ? report.forecast.neededBytes : nil
        return [
            gauge(.memoryNeeded, whole),
            gauge(.memoryFull, fullInSeconds),
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

    private func streams(_ metric: Metric, _ value: (StreamMemory) -> Double?) -> MetricFamily {
        var family = MetricFamily(metric)
        for stream in report.streams { family.append(["stream": stream.observed.definition.name], value(stream)) }
        return family
    }

    private func gauge(_ metric: Metric, _ value: UInt64?) -> MetricFamily {
        gauge(metric, value.map { Double($0) })
    }

    private func flag(_ metric: Metric, _ value: Bool?) -> MetricFamily {
        gauge(metric, value.map { $0 ? 1.0 : 0.0 })
    }

    private func gauge(_ metric: Metric, _ value: Double?) -> MetricFamily {
        var family = MetricFamily(metric)
        family.append([:], value)
        return family
    }
}
