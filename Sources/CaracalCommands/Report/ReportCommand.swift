import ArgumentParser
import Caracal
import Glibc
import Redis
import Rendering
import Text

/// `caracalctl report`
struct ReportCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "report",
        _superCommandName: Caracalctl.name,
        abstract: "Write a report of the bus: one HTML file, or Markdown. [reads]",
        discussion: """
            The findings of doctor with their fixes, then streams, groups, dead letters by reason, signatures, memory and, \
            where DATABASE_URL is set, the outboxes. What could not be known is listed, with the reason. The HTML file needs \
            nothing else and has no script. Without --html and --md the report is Markdown on standard output.

            With --record or --from it also has plots over time: lag, rates, pending entries, dead letters and memory, with \
            the moments at which something was found, or could not be looked at. --from reads what watch -o ndjson prints; lines that \
            are no frames are counted and left out.

            A signal ends a recording early, and the report of what was recorded until then is written and says so: after Ctrl-C \
            with the usual status, after SIGTERM, SIGHUP and SIGQUIT with 128 and the signal's number (143 for SIGTERM), with \
            what the server tells within 10 seconds.

            No message contents, keys and passwords of ours are in it; --with-samples adds a few entries to each finding. Errors \
            of rows and reasons of dead letters are in it as the services wrote them: read them before you hand it on.

            Status as doctor: 1 for a failure. If the server cannot be reached, the report has what is known without it, and \
            the status tells why (69). Figures for programs: doctor, pending, xlen, dlq, memory and outbox with -o json.

              caracalctl report
              caracalctl report --html report.html
              caracalctl report --record 2s --html recorded.html
              caracalctl watch -o ndjson --limit 5 | caracalctl report --from -
            """
    )

    @Option(
        help: ArgumentHelp("Write one HTML page to this file, or - for standard output.", valueName: "file"),
        completion: .file()
    )
    var html: String?

    @Option(
        help: ArgumentHelp("Write Markdown to this file, or - for standard output.", valueName: "file"),
        completion: .file()
    )
    var md: String?

    @Flag(help: "Replace a file that exists.")
    var force = false

    @Option(
        help: ArgumentHelp("Watch the bus first for this time, 1s to 7d, and plot what it did.", valueName: "duration")
    )
    var record: String?

    @Option(help: ArgumentHelp("How often --record looks, 100ms to 1h (default: 1s).", valueName: "duration"))
    var interval: String?

    @Option(
        help: ArgumentHelp(
            "Plot the frames that watch -o ndjson wrote to this file; - is standard input.",
            valueName: "file"
        ),
        completion: .file()
    )
    var from: String?

    @Flag(help: "Add entries with their contents to the findings, three to each at most.")
    var withSamples = false

    func validate() throws {
        if record != nil, from != nil { throw ValidationError("--record and --from exclude each other: give one") }
        for (option, file) in [("--html", html), ("--md", md), ("--from", from)] where file?.isEmpty == true {
            throw ValidationError("\(option) is empty: name a file")
        }
        if html == "-", md == "-" {
            throw ValidationError("--html - and --md - would be mixed up on standard output: name a file for one")
        }
        let time = try OptionText.duration(record, "--record", from: "1s", to: "7d")
        guard let pause = try OptionText.duration(interval, "--interval", from: "100ms", to: "1h") else { return }
        guard let time else { throw ValidationError("--interval goes with --record") }
        if pause > time { throw ValidationError("--interval is longer than --record") }
    }

    func objection(to format: Setting<OutputFormat>) -> String? {
        format.value.isTable
            ? nil
            : "a report is for people: doctor, pending, xlen, dlq, memory and outbox have \(format.value.rawValue)"
    }

    func run(in session: Session) throws -> ExitStatus {
        let files = try ReportFiles(html: html, markdown: md, replaces: force)
        if record == nil, from == nil { Interruption.catchSignals() } else { Interruption.catchSignalsToTake() }
        // Who records says them when it connects.
        if record == nil { session.sayWarnings() }
        let frames = try self.frames(session)
        let zone = session.stream.look.zone
        frames.map { session.say($0.findings(zone)) }
        let signal = frames?.cut?.signal
        // A shell ends with a command that was to end.
        defer { if let signal, signal != SIGINT, session.isInShell { Interruption.handBack(signal) } }
        let look = try ReportLook.gather(asking(session, after: signal), takesSamples: withSamples)
        if frames == nil, let failure = look.failure, failure.status.isOfSignal { throw failure }
        let report = ReportDocument(look: look, frames: frames, zone: zone)
        session.say([report.strangeness].compactMap(\.self))
        try files.write(report.document, session, verdict: look.verdict)
        if let failure = look.failure {
            let isInterrupted = failure.status.isOfSignal
            session.say(
                .failure,
                code: isInterrupted ? .interrupted : .serverUnreachable,
                isInterrupted ? "\(look.verdict): \(look.reason)" : failure.message
            )
        }
        if let signal, signal != SIGINT { return ExitStatus(signal: signal) }
        return look.failure?.status ?? look.status
    }

    /// Another signal than Ctrl-C comes from one who does not wait for long.
    private func asking(_ session: Session, after signal: Int32?) -> Session {
        guard let signal, signal != SIGINT else { return session }
        return session.anew(until: .after(.seconds(10)))
    }

    /// What was recorded; nil where nothing is to be plotted.
    private func frames(_ session: Session) throws -> ReportFrames? {
        var frames: ReportFrames
        if let from {
            frames = try ReportFrames.read(from, session)
        } else {
            guard let time = try OptionText.duration(record, "--record") else { return nil }
            let pause = try OptionText.duration(interval, "--interval") ?? 1_000
            frames = try ReportRecorder(session: session, time: time, interval: pause).run()
        }
        frames.takeSignal()
        return frames
    }
}

extension ExitStatus {
    /// Whether it says that a signal ended the command.
    var isOfSignal: Bool {
        switch self {
        case .hungUp, .interrupted, .quit, .terminated: true
        default: false
        }
    }
}
