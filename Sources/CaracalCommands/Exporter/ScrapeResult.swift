import Caracal
import Redis
import Rendering

/// What a look of the exporter has found so far, and the text of a scrape that it comes to. Another thread may take it while the look goes
/// on.
struct ScrapeResult: Sendable {
    /// Whether a database with outboxes is set.
    let hasOutboxes: Bool
    /// How often the Audit service has an entry delivered; nil where that is not known.
    private let maxDeliveries: UInt64?
    private let start = ContinuousClock.now
    /// Which questions were asked, in their order: how long each took, and whether all of it was answered.
    private var questions: [(name: String, isWhole: Bool, time: Duration)] = []
    private var outboxes: OutboxSight<OutboxStatus.Report>?
    /// What `check` asks.
    private(set) var check: CheckReport?
    private(set) var memory: MemoryReport?
    private var deadLetters: DeadLetterReport?
    /// The server that was asked.
    var server: ServerPresentation?

    /// Nothing is known yet.
    init(hasOutboxes: Bool, maxDeliveries: UInt64?) {
        self.hasOutboxes = hasOutboxes
        self.maxDeliveries = maxDeliveries
    }

    /// That a question was asked.
    mutating func note(_ name: String, isWhole: Bool, since begin: ContinuousClock.Instant) {
        questions.append((name, isWhole, ContinuousClock.now - begin))
    }

    /// A stream that the server does not let us see, and a figure that it does not tell, is a part without an answer.
    mutating func noteBus(_ report: CheckReport?, since begin: ContinuousClock.Instant) {
        check = report
        let isTold = report?.measures.allSatisfy { $0.quantity != .unknown || $0.refusal == nil } == true
        note("bus", isWhole: isTold && seesAllStreams, since: begin)
    }

    /// Whether no stream was refused.
    private var seesAllStreams: Bool { check?.streams.allSatisfy { $0.state.refusal == nil } == true }

    mutating func noteOutboxes(_ result: OutboxSight<OutboxStatus.Report>?, since begin: ContinuousClock.Instant) {
        outboxes = result
        let isWhole =
            if case .seen(let report) = result { report.problems.allSatisfy { $0.reason == .missing } } else { false }
        note("outboxes", isWhole: isWhole, since: begin)
    }

    mutating func noteMemory(_ report: MemoryReport?, since begin: ContinuousClock.Instant) {
        memory = report
        note("memory", isWhole: report?.refusals.isEmpty == true, since: begin)
    }

    mutating func noteDeadLetters(_ report: DeadLetterReport?, isWhole: Bool, since begin: ContinuousClock.Instant) {
        deadLetters = report
        note("dead_letters", isWhole: isWhole, since: begin)
    }

    /// What is still to be asked.
    private var unasked: [String] {
        let isAsked = { (name: String) in questions.contains { $0.name == name } }
        let bus = check != nil ? ["memory", "dead_letters"] : ["bus"]
        return ((hasOutboxes ? ["outboxes"] : []) + bus).filter { !isAsked($0) }
    }
}

// MARK: - Metrics

extension ScrapeResult {
    /// In Prometheus's text format.
    var text: [UInt8] { Array(Prometheus.text(families).utf8) }

    /// Each family once, by who knows it best: of a cluster `memory` tells the memory of each server, `check` that of the fullest.
    private var families: [MetricFamily] {
        var families = itself
        if let check {
            let choice = GroupChoice(check.groups)
            var known: [MetricFamily] = memory.map { MemoryMetrics.families($0) } ?? []
            known += deadLetters.map { DLQMetrics(report: $0).details } ?? []
            let names = Set(known.filter { !$0.isEmpty }.map(\.name))
            let own = CheckMetrics(check, maxDeliveries: maxDeliveries, shown: choice.shown).families
            families += own.filter { !names.contains($0.name) }
            families += choice.families(of: check.streams) + known
        }
        return families + OutboxMetrics.families(outboxes, mostOthers: 40)
    }

    private var itself: [MetricFamily] {
        var (seconds, complete) = (MetricFamily(.lookSeconds), MetricFamily(.lookComplete))
        for question in questions {
            seconds.append(["question": question.name], Double(question.time.milliseconds) / 1000)
            complete.append(["question": question.name], question.isWhole ? 1 : 0)
        }
        for question in unasked { complete.append(["question": question], 0) }
        for (question, isAnswered) in details { complete.append(["question": question], isAnswered ? 1 : 0) }
        var (build, info) = (MetricFamily(.buildInfo), MetricFamily(.redisInfo))
        build.append(["version": Version.number], 1)
        if let server {
            let version = server.identity.version?.number ?? ""
            info.append(["address": server.address, "version": version, "role": server.identity.standing ?? ""], 1)
        }
        let time = UInt64(clamping: (ContinuousClock.now - start).milliseconds)
        return CheckMetrics.scrape(isUp: check != nil, at: WallClock.now, duration: time)
            + [seconds, complete, build, info]
    }

    /// What `check` asks beside the figures: of all streams, but for whether the server takes writes.
    private var details: [(question: String, isAnswered: Bool)] {
        guard let check else { return [] }
        return Unlooked.Question.allCases.compactMap { question in
            // The outboxes have their own, and each group a sample for what it skipped.
            guard question != .outboxes, question != .skipped else { return nil }
            let gaps = check.unlooked.filter { $0.question == question }
            if gaps.contains(where: \.wasAsked) { return (question.rawValue, false) }
            return gaps.isEmpty ? (question.rawValue, question == .writes || seesAllStreams) : nil
        }
    }
}
