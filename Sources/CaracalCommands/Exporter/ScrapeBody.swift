import Caracal
import Postgres
import Redis
import Rendering
import Text

/// What a scrape of the exporter contains. It is kept from one scrape to the next: dead letters that were counted are not read again.
struct ScrapeBody {
    /// How far the look goes: what lies above a limit need not be counted to its end.
    private let limits: CheckLimits
    private var tally = DeadLetterTally()
    /// Why the last scrape was not whole: said when it changes.
    private var trouble: TerminalText?

    init(limits: CheckLimits = CheckLimits()) { self.limits = limits }

    /// Looks once, over connections of its own, and returns the text of a scrape. What is not known when time runs out has no sample;
    /// a server that could not be asked has `caracal_up 0`.
    ///
    /// - Parameter allowance: how long everything may take together.
    mutating func look(_ session: Session, within allowance: Duration) -> [UInt8] {
        var look = ScrapeLook(session, limits: limits, within: allowance)
        look.run(&tally)
        if look.trouble != trouble {
            trouble = look.trouble
            session.say(
                trouble == nil ? .note : .warning,
                code: .incompleteLook,
                trouble.map { "a scrape is not whole: \($0)" } ?? "scrapes are whole again"
            )
        }
        return Array(Prometheus.text(look.families).utf8)
    }
}

/// One look of the exporter: the outboxes, then of the server what `check` asks, the memory, and the dead letters. They share their
/// answers, and what comes first is what alarms need most.
private struct ScrapeLook {
    private let session: Session
    private let limits: CheckLimits
    private let end: Deadline
    private let start = ContinuousClock.now
    /// Which questions were asked, in their order: how long each took, and whether all of it was answered.
    private var questions: [(name: String, isWhole: Bool, time: Duration)] = []
    private var outboxes: OutboxSight<OutboxStatus.Report>?
    private var check: CheckReport?
    private var memory: MemoryReport?
    private var deadLetters: DeadLetterReport?
    private var server: ServerPresentation?
    /// The first thing that was not answered, and why; nil where all was.
    private(set) var trouble: TerminalText?

    init(_ session: Session, limits: CheckLimits, within allowance: Duration) {
        self.session = session
        self.limits = limits
        end = .after(allowance)
    }

    /// Asks what it can.
    mutating func run(_ tally: inout DeadLetterTally) {
        askOutboxes()
        let (own, begin) = (session.anew(until: end), ContinuousClock.now)
        guard let connection = ask({ try own.open() }) else {
            return note("bus", isWhole: false, since: begin)
        }
        defer { connection.close() }
        server = ServerPresentation(connection)
        check = askBus(on: connection, since: begin)
        if let check { askStreams(check, &tally, on: connection) }
    }

    /// The answer; nil where there is none.
    private mutating func ask<Answer>(_ question: () throws -> Answer) -> Answer? {
        do {
            return try question()
        } catch {
            if trouble == nil { trouble = Failure(error).message }
            return nil
        }
    }

    /// What `check` asks.
    private mutating func askBus(
        on connection: any CommandChannel,
        since begin: ContinuousClock.Instant
    ) -> CheckReport? {
        let (keys, source) = (DoctorSetup.keys(session.source).keys, session.source)
        let check = Check(
            limits: limits,
            keys: keys,
            requiresSignatures: SignatureRules(source).requiresSignatures,
            claimIdle: (try? AuditSettings(source))?.claimIdle ?? 30_000
        )
        let report = ask { try check.run(on: connection) }
        note("bus", isWhole: report != nil, since: begin)
        return report
    }

    /// The memory and the dead letters, with the streams that were looked at already, and those of dead letters.
    private mutating func askStreams(
        _ check: CheckReport,
        _ tally: inout DeadLetterTally,
        on connection: any CommandChannel
    ) {
        var begin = ContinuousClock.now
        let names = StreamTable.all.map { StreamDefinition.unlisted($0.deadLetterName) }
        let look = StreamLook(streams: names, includesGroups: true, includesTime: false, believesEmptyReplica: true)
        let dead = ask { try look.runWithoutRights(on: connection) }?.streams.filter { $0.state != .missing }
        let seen = StreamLook.Seen(streams: check.streams + (dead ?? []), time: check.now.map { .success($0) })
        memory =
            dead == nil
            ? nil : ask { try Memory(streams: StreamTable.all, rules: Self.rules).run(seen, on: connection) }
        note("memory", isWhole: memory?.refusals.isEmpty == true, since: begin)
        begin = .now
        // Before the connection's time is over, so that what was counted is kept.
        let (keys, part) = (DoctorSetup.keys(session.source).keys, end.share(of: 2))
        let letters = ask {
            try tally.look(
                at: seen.streams.filter { SignatureTarget(key: $0.definition.key).source != nil },
                now: check.now ?? WallClock.unsigned,
                on: connection,
                keys: keys,
                until: part
            )
        }
        deadLetters = letters?.report
        note("dead_letters", isWhole: dead != nil && letters?.isWhole == true, since: begin)
    }

    /// Keys are not walked over: that takes a round trip for each thousand of them.
    private static let rules = MemoryRules(walksKeys: false)

    /// The outboxes, in a part of the time, so that a database that hangs leaves the server its own.
    private mutating func askOutboxes() {
        let begin = ContinuousClock.now
        guard let isSet = try? session.hasDatabase, isSet else { return }
        let part = session.anew(until: end.share(of: 3))
        outboxes = ask {
            try part.lookingAtOutboxes { database throws(PostgresError) in try OutboxStatus().run(on: database) }
        }
        var isWhole = false
        switch outboxes {
        case .seen(let report): isWhole = report.lacks.allSatisfy { $0.reason == .missing }
        case .unreachable(let reason): if trouble == nil { trouble = reason }
        case nil: break
        }
        note("outboxes", isWhole: isWhole, since: begin)
    }

    private mutating func note(_ name: String, isWhole: Bool, since begin: ContinuousClock.Instant) {
        questions.append((name, isWhole, ContinuousClock.now - begin))
    }

    // MARK: Metrics

    /// Each family once, by who knows it best: of a cluster `memory` tells the memory of each server, `check` that of the fullest.
    var families: [MetricFamily] {
        var families = itself
        if let check {
            let choice = GroupChoice(check.groups)
            var known: [MetricFamily] = memory.map { MemoryMetrics.families($0) } ?? []
            known += deadLetters.map { DLQMetrics(report: $0).details } ?? []
            let names = Set(known.filter { !$0.isEmpty }.map(\.name))
            families += CheckMetrics(check, shown: choice.shown).families.filter { !names.contains($0.name) }
            families += choice.families(of: check.streams) + [deliveryLimits(choice.shown)] + known
        }
        return families + OutboxMetrics.families(outboxes, mostOthers: 40)
    }

    /// Of groups whose service gives up on an entry.
    private func deliveryLimits(_ groups: [GroupStanding]) -> MetricFamily {
        var family = MetricFamily(.groupDeliveryLimit)
        guard let audit = try? AuditSettings(session.source) else { return family }
        for group in groups where group.info != nil {
            let limit = group.deliveryLimit(audit.maxDeliveries).map { Double($0) }
            family.append(["stream": group.stream.name, "group": group.name.readable], limit)
        }
        return family
    }

    private var itself: [MetricFamily] {
        var (seconds, complete) = (MetricFamily(.lookSeconds), MetricFamily(.lookComplete))
        for question in questions {
            seconds.append(["question": question.name], Double(question.time.milliseconds) / 1000)
            complete.append(["question": question.name], question.isWhole ? 1 : 0)
        }
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

    /// What `check` asks beside the figures.
    private var details: [(question: String, isAnswered: Bool)] {
        guard let check else { return [] }
        return Unlooked.Question.allCases.compactMap { question in
            guard question != .outboxes else { return nil }
            let gaps = check.unlooked.filter { $0.question == question }
            if gaps.contains(where: \.wasAsked) { return (question.rawValue, false) }
            return gaps.isEmpty ? (question.rawValue, true) : nil
        }
    }
}
