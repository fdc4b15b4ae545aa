import Caracal
import Postgres
import Redis
import Rendering
import Text

/// What a report knows of the bus as it is: as much as could be asked.
struct ReportLook {
    /// The server's part; nil when it could not be asked.
    var bus: Bus?
    /// Why it could not.
    var failure: CommandError?
    /// Whether a database is named.
    let hasDatabase: Bool
    /// The outboxes; nil where no database is named, or nobody could look at them any more.
    var outboxes: OutboxSight<OutboxExamination>?
    /// The database, once it was asked.
    var database: DatabasePresentation?
    /// What was meant to be asked, as messages name it.
    let target: TerminalText
    /// The context that named it.
    let context: String?
    /// When it was asked, in Unix milliseconds by our own clock.
    let at = WallClock.now

    /// What was found on the server.
    struct Bus {
        let server: ServerPresentation
        let examination: Examination
        let diagnosis: Diagnosis
        /// The dead letters by reason, or why they could not be read.
        let deadLetters: Result<DeadLetterReport, CommandError>
        /// How the commands of fixes reach it.
        let route: FixRoute
        /// Entries to findings, by their place among the diagnosis's items.
        let samples: [Int: [DocumentFinding.Sample]]
    }

    /// Asks the server and the database; what cannot be asked is left open.
    static func gather(_ session: Session, takesSamples: Bool) throws -> ReportLook {
        var look = ReportLook(
            hasDatabase: try session.hasDatabase,
            target: "\(session.settings.deployment)",
            context: session.source.context?.context.name
        )
        let (keys, setup) = try DoctorSetup.load(session.settings, session.source)
        do {
            if look.hasDatabase {
                look.outboxes = try session.lookingAtOutboxes(OutboxExamination.look)
                if case .seen = look.outboxes { look.database = DatabasePresentation(try session.database()) }
            }
            look.bus = try Bus(session, keys, setup, look.outboxes, takesSamples: takesSamples)
            look.outboxes = look.bus?.examination.outboxes
        } catch {
            look.failure = CommandError(error)
        }
        return look
    }

    /// The status that it comes to, as `doctor`'s.
    var status: ExitStatus {
        guard let bus else { return failure?.status ?? .success }
        guard bus.diagnosis.count(.failure) == 0 else { return .finding }
        return ExitStatus(refusals: bus.examination, asksOutboxes: true)
    }

    /// What was found, in a clause.
    var verdict: TerminalText {
        guard let bus else { return "the server \(lack)" }
        let counts = [(bus.diagnosis.count(.failure), "failure"), (bus.diagnosis.count(.warning), "warning")]
            .filter { $0.0 > 0 }.map { Format.count($0.0, $0.1) }
        let isPartial = bus.diagnosis.count(.unknown) > 0
        let found =
            counts.isEmpty ? isPartial ? "what could be checked is healthy" : "healthy" : counts.joined(separator: ", ")
        return TerminalText(keeping: bus.diagnosis.checks(.unknown) > 0 ? "\(found); \(bus.made)" : found)
    }

    /// That the server is not known, as the beginning of a sentence.
    var sentence: TerminalText { "The server \(lack)" }

    private var lack: TerminalText { isInterrupted ? "was not looked at" : "could not be looked at" }

    /// Why, in a clause.
    var reason: TerminalText {
        isInterrupted ? "another signal came while it was asked" : failure?.message ?? "it was not asked"
    }

    private var isInterrupted: Bool { failure?.status.isOfSignal == true }

    /// How bad that is.
    var tone: Document.Tone {
        guard let bus else { return .failure }
        return bus.diagnosis.count(.failure) > 0 ? .failure : bus.diagnosis.count(.warning) > 0 ? .warning : .ok
    }
}

extension ReportLook.Bus {
    /// How many checks were made, of how many: what is not known is none that was made.
    var made: String {
        let (all, unknown) = (diagnosis.checks, diagnosis.checks(.unknown))
        return unknown == 0
            ? "\(Format.count(all, "check")) made"
            : "\(Format.grouped(all - unknown)) of \(Format.count(all, "check")) made, \(Format.grouped(unknown)) not"
    }

    fileprivate init(
        _ session: Session,
        _ keys: SignatureKeys,
        _ setup: LocalSetup,
        _ outboxes: OutboxSight<OutboxExamination>?,
        takesSamples: Bool
    ) throws {
        let channel = try session.open()
        var examination = try Doctor(keys: keys, setup: setup).run(on: channel) { WallClock.unsigned }
        examination.outboxes = try Self.compared(outboxes, examination, session, channel)
        self.examination = examination
        diagnosis = Diagnosis(examination)
        deadLetters = Self.deadLetters(session, keys, channel)
        samples = takesSamples ? try ReportSamples(examination, channel).of(diagnosis) : [:]
        server = ServerPresentation(channel)
        route = FixRoute(session, to: channel.endpoint)
    }

    /// The outboxes, with what was published and is in no stream.
    private static func compared(
        _ outboxes: OutboxSight<OutboxExamination>?,
        _ bus: Examination,
        _ session: Session,
        _ channel: any CommandChannel
    ) throws -> OutboxSight<OutboxExamination>? {
        guard case .seen(var seen)? = outboxes, let database = try? session.database() else { return outboxes }
        seen.lookForLosses(in: bus, on: database, channel)
        if let signal = seen.interruption {
            throw CommandError(ExitStatus(signal: signal), "interrupted")
        }
        return .seen(seen)
    }

    private static func deadLetters(
        _ session: Session,
        _ keys: SignatureKeys,
        _ channel: any CommandChannel
    ) -> Result<DeadLetterReport, CommandError> {
        let progress = Progress(session)
        defer { progress.clear() }
        do {
            var judge = try DeadLetterJudge(keys: keys)
            let summary = DeadLetterSummary(selection: DeadLetterSelection())
            return .success(
                try summary.run(on: channel, &judge, clock: WallClock.unsigned) { stream, count in
                    progress.show(stream.target.key, done: count, of: stream.state.info?.length)
                }
            )
        } catch {
            return .failure(CommandError(error))
        }
    }
}
