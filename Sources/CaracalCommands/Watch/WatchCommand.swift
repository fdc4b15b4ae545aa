import ArgumentParser
import Caracal
import Glibc
import Rendering
import Text

/// `caracalctl watch`
struct WatchCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "watch",
        _superCommandName: Caracalctl.name,
        abstract: "Show the bus live: rates, lag, pending entries, memory. [reads]",
        discussion: """
            Shows the streams, each as the worst of its groups, the slowest first, and the last minutes. g shows groups as rows, \
            / filters by name, Enter opens a stream, then a group's pending entries and one of them, d a stream's dead letters, \
            s sorts, p pauses, + and - change the interval, ? shows help, q quits. It only reads: where something can be done \
            it shows the command to type. After a lost connection it reconnects; until then it shows the last figures and \
            their age. It ends with what a person has to change: a password that the server refuses (77; trying again could lock \
            the user out), a right that it cannot do without, a certificate that is not trusted, a server that is no Redis.

            With a key (STREAMS_HMAC_KEY, AUDIT_HMAC_KEY) the newest signatures are checked.

            Without a terminal, or with -o ndjson, each frame is one line with a whole JSON document. Ctrl-C ends a screen with 0, \
            as q does, and lines with 130.

              caracalctl watch
              caracalctl watch --interval 5s
              caracalctl watch -o ndjson --limit 1
            """
    )

    @Option(help: ArgumentHelp("Refresh interval, 100ms to 1h (default: 1s).", valueName: "duration"))
    var interval: String?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Stop after this many frames.", valueName: "count"))
    var limit: String?

    func validate() throws {
        _ = try OptionText.duration(interval, "--interval", from: "100ms", to: "1h")
        _ = try OptionText.count(limit, "--limit")
    }

    func run(in session: Session) throws -> ExitStatus {
        let audit = try AuditSettings()
        let interval = try OptionText.duration(interval, "--interval") ?? 1000
        let count = try OptionText.count(limit, "--limit")
        guard try wantsScreen(session.output.format) else {
            return try WatchLines(session: session, audit: audit, interval: interval, count: count).run()
        }
        var run = try WatchRun(session, claimIdle: audit.claimIdle, interval: interval, count: count)
        return try run.run()
    }

    /// Whether there is a screen to draw on. Who asks for one where there is none is told so.
    private func wantsScreen(_ format: Setting<OutputFormat>) throws -> Bool {
        guard format.value == .table || format.value == .wide else { return false }
        let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        if isatty(STDOUT_FILENO) != 1, format.origin == .standard { return false }
        guard isTerminal else {
            throw CommandError(.usage, "there is no terminal to draw on (-o ndjson writes a line for each frame)")
        }
        guard SettingsSource.process.variable("TERM").map({ $0.value != "dumb" }) ?? false else {
            throw CommandError(.usage, "a terminal whose TERM is dumb or unset shows no live screen (use -o ndjson)")
        }
        return true
    }
}
