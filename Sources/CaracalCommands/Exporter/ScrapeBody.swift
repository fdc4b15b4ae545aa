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
    /// What the user may not run: said when it changes.
    private var rights: ScrapeRights?

    init(limits: CheckLimits = CheckLimits()) { self.limits = limits }

    /// Looks once, over connections of its own, and returns the text of a scrape. What is not known when time runs out has no sample;
    /// a server that could not be asked has `caracal_up 0`.
    ///
    /// - Parameters:
    ///   - end: when everything must be over.
    ///   - note: is told what is known, at the beginning and whenever there is more.
    mutating func look(
        _ session: Session,
        until end: Deadline,
        note: @escaping (ScrapeResult) -> Void = { _ in }
    ) -> [UInt8] {
        var look = ScrapeLook(session, limits: limits, until: end, note: note)
        look.run(&tally)
        say(look, session)
        return look.result.text
    }

    /// Says what is new: why the scrape is not whole, and which rights are missing where all was asked.
    private mutating func say(_ look: ScrapeLook, _ session: Session) {
        if look.trouble != trouble {
            trouble = look.trouble
            if let trouble {
                session.say(.warning, code: .incompleteLook, "a scrape is not whole: \(trouble)")
            } else if !session.output.isQuiet.value {
                session.say(.note, code: .incompleteLook, "scrapes are whole again")
            }
        }
        guard trouble == nil, look.rights != rights else { return }
        rights = look.rights
        if let rights { session.say(.warning, code: .incompleteLook, rights.text) }
    }
}

/// One look of the exporter: the outboxes, then of the server what `check` asks, the memory, and the dead letters. They share their
/// answers, and what comes first is what alarms need most.
private struct ScrapeLook {
    private let session: Session
    private let limits: CheckLimits
    private let end: Deadline
    private let note: (ScrapeResult) -> Void
    /// What is known so far.
    private(set) var result: ScrapeResult {
        didSet { note(result) }
    }
    /// The first thing that was not answered, and why; nil where all was.
    private(set) var trouble: TerminalText?
    /// Why dead letters could not be read; nil where they could.
    private var lettersRefusal: Refusal?

    init(_ session: Session, limits: CheckLimits, until end: Deadline, note: @escaping (ScrapeResult) -> Void) {
        self.session = session
        self.limits = limits
        self.end = end
        self.note = note
        let hasOutboxes = (try? session.hasDatabase) == true
        result = ScrapeResult(
            hasOutboxes: hasOutboxes,
            maxDeliveries: (try? AuditSettings(session.source))?.maxDeliveries
        )
        note(result)
    }

    /// What the user may not run; nil where it may run all that was asked.
    var rights: ScrapeRights? { ScrapeRights(result, letters: lettersRefusal) }

    /// Asks what it can.
    mutating func run(_ tally: inout DeadLetterTally) {
        askOutboxes()
        let (own, begin) = (session.anew(until: end), ContinuousClock.now)
        guard let connection = ask({ try own.open() }) else {
            return result.note("bus", isWhole: false, since: begin)
        }
        defer { connection.close() }
        if let check = askBus(on: connection, since: begin) { askStreams(check, &tally, on: connection) }
    }

    /// The answer; nil where there is none.
    private mutating func ask<Answer>(_ question: () throws -> Answer) -> Answer? {
        do {
            return try question()
        } catch {
            if trouble == nil { trouble = end.hasPassed ? Self.late(end.allowance) : CommandError(error).message }
            return nil
        }
    }

    /// That the scraper's own limit is why, and no setting of ours.
    private static func late(_ allowance: Duration) -> TerminalText {
        """
        its time was over after \(allowance.text), which follows from the scraper's X-Prometheus-Scrape-Timeout-Seconds (raise \
        scrape_timeout)
        """
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
        // What is missing for want of a right is told with the other rights.
        let refused = report?.streams.first { $0.state.refusal.map { $0.kind != .noPermission } ?? false }
        if trouble == nil, let problem = refused?.problem { trouble = problem.text() }
        var seen = result
        seen.server = ServerPresentation(connection)
        seen.noteBus(report, since: begin)
        result = seen
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
        let memory =
            dead == nil
            ? nil : ask { try Memory(streams: StreamTable.all, rules: Self.rules).run(seen, on: connection) }
        result.noteMemory(memory, since: begin)
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
        lettersRefusal = letters?.refusal
        result.noteDeadLetters(letters?.report, isWhole: dead != nil && letters?.isWhole == true, since: begin)
    }

    /// Keys are not walked over: that takes a round trip for each thousand of them.
    private static let rules = MemoryRules(walksKeys: false)

    /// The outboxes, in a part of the time, so that a database that hangs leaves the server its own.
    private mutating func askOutboxes() {
        let begin = ContinuousClock.now
        guard result.hasOutboxes else { return }
        let part = session.anew(until: end.share(of: 3))
        let outboxes = ask {
            try part.lookingAtOutboxes { database throws(PostgresError) in try OutboxStatus().run(on: database) }
        }
        if case .unreachable(let reason) = outboxes, trouble == nil {
            trouble = part.settings.end?.hasPassed == true ? Self.late(end.allowance / 3) : reason
        }
        result.noteOutboxes(outboxes, since: begin)
    }
}
