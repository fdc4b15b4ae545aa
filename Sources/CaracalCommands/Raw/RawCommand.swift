import ArgumentParser
import Caracal
import RESP
import Redis
import Rendering
import Text

/// `caracalctl raw`
struct RawCommand: BusCommand {
    /// What it does depends on the command it sends; it asks for leave itself.
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "raw",
        _superCommandName: Caracalctl.name,
        abstract: "Send one Redis command and show the reply. [reads; asks before a write]",
        discussion: """
            Options come before the Redis command. caracalctl asks the server whether the command \
            only reads. Anything else counts as a write: it needs confirmation (--yes without a terminal), and --read-only \
            refuses it. Commands that block, never end, or change the connection are not sent. A command that contains a \
            password is sent only in caracalctl shell, since a command line is public. --dry-run prints the command and \
            whether it reads or writes, and sends only that question.

              caracalctl raw XINFO STREAM caracal.audit.events
              caracalctl raw -o json CONFIG GET maxmemory
              caracalctl raw --yes XGROUP SETID caracal.audit.events siem-export 0
            """
    )

    @Flag(help: "Do not send the command; print it and whether it reads or writes.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask before a command that writes; required without a terminal.")
    var yes = false

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("The Redis command.", valueName: "command"))
    var words: [String] = []

    func validate() throws {
        guard let name = words.first, !name.isEmpty else { throw ValidationError("give a Redis command") }
        if asksForVersion { return }
        guard !name.hasPrefix("-") else {
            throw ValidationError(
                "\(TerminalText(name)) is no option here, and no Redis command (caracalctl raw --help)"
            )
        }
        if let reason = RawCommandProblem.reason(words.map { $0.uppercased() }) {
            throw ValidationError("not sent: \(reason)")
        }
    }

    /// Whether the version is asked for in the place of a Redis command.
    var asksForVersion: Bool { words.first == "--version" }

    func run(in session: Session) throws -> ExitStatus {
        if !session.isInShell, SecretLine.isSuspected((["raw"] + words).joined(separator: " ")) {
            throw CommandError(
                .usage,
                "not sent: it may hold a secret, and a command line is public: say it in caracalctl shell"
            )
        }
        let channel = try session.connect()
        let traits = try RawEffect.look(at: words.map { $0.uppercased() }, on: channel)
        if dryRun {
            sayUnvouched(traits, session)
            try session.present(
                RawPreview(command: shown, isRead: traits.isRead, server: ServerPresentation(channel))
            )
            return .success
        }
        if !traits.isRead {
            // A script that ends with a refusal may have written before it: it does not begin anew.
            channel.retry = nil
            sayUnvouched(traits, session)
            try obtainLeave(session, channel)
        }
        let reply = try send(traits, on: channel)
        // Without a key nothing says which server of a cluster is meant.
        if channel.isCluster, traits.firstKey == nil, !session.output.isQuiet.value {
            session.say(.note, code: .oneServer, "of the cluster \(channel.representative) alone was asked")
        }
        try session.present(RawPresentation(reply: reply, server: ServerPresentation(channel)))
        return .success
    }

    /// What only looks may need a yes for want of a right.
    private func sayUnvouched(_ traits: RawEffect.Traits, _ session: Session) {
        guard let refusal = traits.refusal else { return }
        session.say(
            .warning,
            code: .notPermitted,
            "whether \(words[0].uppercased()) only looks is not known, so it counts as writing: \(refusal.text)"
        )
    }

    private func obtainLeave(_ session: Session, _ channel: any CommandChannel) throws {
        let name = TerminalText(words[0].uppercased())
        try WriteGuard(session).obtain(for: "raw \(name)")
        let confirmation = Confirmation(isGiven: yes)
        try confirmation.requireSomebodyToAsk()
        let question: TerminalText = "\(name) may change \(channel.endpoint). Send it?"
        // What may be a secret is not shown again.
        guard !SecretLine.isSuspected((["raw"] + words).joined(separator: " ")) else {
            return try confirmation.ask(question)
        }
        let preview = RawPreview(command: shown, isRead: false, server: ServerPresentation(channel))
        try session.ask(question, confirmation, about: preview)
    }

    /// The command as it may be shown.
    private var shown: Command {
        let words = ShownCommand.masked(words.map { Array($0.utf8) })
        return Command(self.words[0], arguments: Array(words.dropFirst()))
    }

    /// The command as it was typed.
    private var plain: Command { Command(words[0], arguments: words.dropFirst().map { Array($0.utf8) }) }

    private func send(_ traits: RawEffect.Traits, on channel: any CommandChannel) throws -> Reply {
        let command = traits.isRead ? plain.reading(key: traits.firstKey) : traits.firstKey.map(plain.writing) ?? plain
        let reply: Reply
        do throws(RedisError) {
            reply = try channel.pipeline([command])[0]
        } catch {
            throw traits.isRead ? error : error.duringWrite()
        }
        guard let error = reply.root.error else { return reply }
        let password = channel.endpoint.credentials?.password ?? Secret([])
        let shown = ShownCommand(words.map { Array($0.utf8) }, hiding: password)
        let refusal = shown.blanking(Refusal(error))
        // What the server does not understand was typed, and is no fault of its protocol.
        let isTyped = refusal.kind == .other || refusal.isUnknownCommand
        throw isTyped
            ? CommandError(.finding, "\(channel.endpoint) refused: \(refusal.shownMessage)")
            : CommandError(refusal, by: "\(channel.endpoint)")
    }
}
