import Redis
import Text

/// What uses the memory of each server that takes writes, and whether maxmemory is enough.
package struct MemoryReport: Sendable, Equatable {
    /// The servers: one where there is no cluster.
    package internal(set) var servers: [ServerMemoryReport] = []
    /// About the streams of a cluster's servers that cannot be reached.
    package let lost: [Finding]
    /// The signal that ended the watch early; nil when none did.
    package internal(set) var signal: Int32?

    /// What an operator should know of it.
    package var findings: [Finding] { lost + servers.flatMap(\.findings) }
    /// What the servers refused that the report cannot do without.
    package var refusals: [Refusal] { servers.flatMap(\.refusals) }
}

/// What uses one server's memory, and whether maxmemory is enough.
package struct ServerMemoryReport: Sendable, Equatable {
    /// The server in a cluster, as `Endpoint.description` names it; nil where there is only one.
    package internal(set) var name: String?
    /// What it was asked for.
    package let rules: MemoryRules
    /// The server's memory.
    package let server: ServerMemory
    /// The server's files.
    package let persistence: ServerPersistence
    /// The streams, in the order of the table, then the dead-letter streams that there are.
    package let streams: [StreamMemory]
    /// What is in db 1.
    package let otherKeys: ServerFact<KeyCounts>
    /// How many keys each database holds that holds any.
    package let databases: ServerFact<[DatabaseKeys]>
    /// What most of the memory goes to; nil when that was not measured.
    package let fill: MemoryFill?
    /// How fast it grew; nil when nobody watched.
    package private(set) var growth: Growth?
    /// What is to come.
    package private(set) var forecast: MemoryForecast
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// What the server refused that the report cannot do without.
    package let refusals: [Refusal]
    /// What the user may not run, so that something is not permitted; nil when nothing is.
    package internal(set) var missingRight: MissingRight?

    /// Adds what a watch came to.
    mutating func note(_ growth: Growth?) {
        self.growth = growth
        forecast = MemoryForecast(streams, server, headroom: rules.headroom, growth: growth)
    }

    /// What an operator should know of it. In a cluster each begins with the server's name.
    package var findings: [Finding] {
        let findings =
            memoryFindings + persistenceFindings + streams.compactMap { $0.observed.finding(missing: .warning) }
            + forecastFindings + rightsFindings
        guard let name else { return findings }
        return findings.map { Finding($0.code, $0.severity, stream: $0.stream, "\(name): \($0.message)") }
    }

    private var memoryFindings: [Finding] {
        var findings: [Finding] = []
        if let policy = server.policy.value, !policy.elementsEqual("noeviction".utf8) {
            findings.append(
                Finding(
                    .policy,
                    .failure,
                    "maxmemory-policy is \(policy): a full server may delete whole streams (set it to noeviction)"
                )
            )
        }
        if server.limit.value == 0 {
            findings.append(
                Finding(
                    .noLimit,
                    .warning,
                    "maxmemory is 0: nothing stops Redis before the machine runs out of memory (set maxmemory)"
                )
            )
        }
        if let percent = server.usedPercent, let share = server.usedShare, share >= rules.maxUsed {
            let text: TerminalText =
                "\(percent)% of maxmemory is used, which crosses --max-used: at 100% publishers are refused"
            findings.append(Finding(.overUsed, .failure, text + fillClause))
        }
        return findings
    }

    /// What it goes to, to follow on how much is used; empty when it is not known.
    var fillClause: TerminalText { fill.map { "; \($0.text)" } ?? "" }

    private var persistenceFindings: [Finding] {
        var findings: [Finding] = []
        func check(_ fact: ServerFact<Bool>, _ code: Finding.Code, _ message: TerminalText) {
            if fact.value == false { findings.append(Finding(code, .failure, message)) }
        }
        check(persistence.appendOnly, .aofOff, "appendonly is off: a crash loses what came after the last snapshot")
        check(
            persistence.lastWriteSucceeded,
            .aofWriteFailed,
            "the last write to the append-only file failed: see the server's log and its disk"
        )
        check(
            persistence.lastRewriteSucceeded,
            .aofRewriteFailed,
            "the last rewrite of the append-only file failed, so that it grows without end: see the server's log"
        )
        check(
            persistence.lastSaveSucceeded,
            .saveFailed,
            "the last snapshot failed: the server may refuse writes (see its log and its disk)"
        )
        return findings
    }

    private var forecastFindings: [Finding] {
        var findings: [Finding] = []
        if forecast.fits == false {
            let message: TerminalText = "the streams do not fit into maxmemory once they are filled to their bounds"
            findings.append(Finding(.boundsDoNotFit, .warning, message))
        }
        let told = forecast.unknownStreams + forecast.unforeseen
        let empty = forecast.unmeasured.filter { name in !told.contains { $0.stream == name } }
        if !empty.isEmpty {
            let message: TerminalText =
                "not in the sums, as there is no entry to measure: \(empty.joined(separator: ", "))"
            findings.append(Finding(.unmeasured, .note, message))
        }
        let (missing, present) = ("not measured, and missing in the sums", "in the sums with what they take now")
        findings += Self.messages(forecast.unforeseen, present).map { Finding(.unmeasured, .note, $0) }
        for isCounted in [false, true] {
            let streams = forecast.unknownStreams.filter { $0.isCounted == isCounted }
            findings += Self.messages(streams, isCounted ? present : missing).map {
                Finding(.notMeasured, .warning, $0)
            }
        }
        return findings
    }

    /// One for those of each reason.
    private static func messages(_ streams: [MemoryForecast.UnknownStream], _ what: String) -> [TerminalText] {
        Set(streams.map(\.reason.text)).sorted().map { reason in
            let names = streams.filter { $0.reason.text == reason }.map(\.stream).joined(separator: ", ")
            return "\(what): \(names) (\(keeping: reason))"
        }
    }

    /// What the server would not tell. Managed servers do so on purpose: no more than a word, and the table shows where.
    private var rightsFindings: [Finding] {
        missingRight.map { [Finding(.notPermitted, .note, $0.text)] } ?? []
    }
}

/// What `memory` is asked for.
package struct MemoryRules: Sendable, Equatable {
    /// How many entries to read in all, about.
    package let samples: Int
    /// What to keep free, as a share of what is needed.
    package let headroom: Double
    /// The share of `maxmemory` from which its use is a finding.
    package let maxUsed: Double
    /// How long to watch how fast things grow; nil not to.
    package let ratePeriod: Duration?
    /// Whether keys beside the streams are walked over to count them by what their names begin with.
    package let walksKeys: Bool

    /// The defaults: 200 entries, a fifth, four fifths, no watching.
    package init(
        samples: Int = 200,
        headroom: Double = 0.2,
        maxUsed: Double = 0.8,
        ratePeriod: Duration? = nil,
        walksKeys: Bool = true
    ) {
        self.samples = samples
        self.headroom = headroom
        self.maxUsed = maxUsed
        self.ratePeriod = ratePeriod
        self.walksKeys = walksKeys
    }
}
