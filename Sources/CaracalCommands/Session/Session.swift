import ArgumentParser
import Caracal
import RESP
import Redis
import Rendering
import Text

/// What a command works with: its settings, a way to the server, and a place for results.
struct Session {
    /// How to reach the server.
    var settings: ConnectionSettings
    /// How to show results.
    let output: OutputSettings
    /// Where results go.
    let stream: Output
    /// Where settings come from, the context among them.
    let source: SettingsSource
    /// What options say of the server.
    let options: ConnectionOptions
    /// Whether it can change anything.
    let effect: Effect
    /// Who can tell whether a server still is the master, one for the whole run; nil where no Sentinels are named.
    private(set) var masterCheck: MasterCheck?
    private let said: OnceOnly
    private let delivery = Delivery()
    /// The connection to the database of the outboxes.
    private(set) var databaseInUse = SessionDatabase()
    /// The connection that a shell's commands share; nil outside a shell, and for a command with connection options of its own.
    private(set) var kept: KeptConnection?
    /// Whether the command was typed in a shell.
    private(set) var isInShell = false

    init(
        _ options: CommonOptions,
        effect: Effect,
        source: SettingsSource = .process
    ) throws {
        let source = source.under(try ChosenContext.choose(options.connection, source))
        self.source = source
        self.effect = effect
        self.options = options.connection
        said = OnceOnly()
        self.output = try OutputSettings.resolve(options.output, source)
        settings = try ConnectionSettings.resolve(options.connection, source)
        stream = Output(source, output)
        masterCheck = Self.masterCheck(settings)
    }

    /// The session of a command that runs in a shell: the shell's settings, and over them what the command asks of its output. With
    /// connection options it has a connection of its own: they go over the shell's, unless they name another server.
    init(within shell: Session, _ common: CommonOptions, effect: Effect) throws(SettingsError) {
        self.effect = effect
        isInShell = true
        said = shell.said
        let own = common.connection
        if own.givenOptions.isEmpty {
            source = shell.source
            self.options = shell.options
            settings = shell.settings
            // The shell has said them.
            settings.warnings = []
            kept = shell.kept
        } else if own.namesServer {
            let process = SettingsSource.process
            source = process.under(try ChosenContext.choose(own, process))
            self.options = own
            settings = try ConnectionSettings.resolve(own, source)
        } else {
            source = shell.source
            self.options = own.over(shell.options)
            settings = try ConnectionSettings.resolve(self.options, source)
        }
        output = try OutputSettings.resolve(common.output, source).within(shell.output)
        stream = Output(source, output)
        masterCheck = Self.masterCheck(settings)
    }

    /// The same settings for one look of many, with connections of its own, all of whose waits are over at `end`.
    func anew(until end: Deadline) -> Session {
        var session = self
        session.databaseInUse = SessionDatabase()
        session.kept = nil
        session.settings.end = end
        session.masterCheck = Self.masterCheck(session.settings)
        return session
    }

    /// The same, with one connection for all who connect without a name.
    func keepingConnection() -> Session {
        var session = self
        session.kept = KeptConnection { connection in
            say(.note, code: .connectedAgain, "connected again to \(connection.endpoint)")
        }
        return session
    }

    /// Connects; the settings' warnings are said first.
    ///
    /// - Parameters:
    ///   - name: the client name to take; a connection of that name is never a kept one.
    ///   - questions: what will be asked first, which spares a round trip: commands that only read.
    func connect(
        as name: ConnectionName? = nil,
        asking questions: [Command] = []
    ) throws(RedisError) -> any CommandChannel {
        sayWarnings()
        return try open(as: name, asking: questions)
    }

    /// Connects, and leaves the settings' warnings to those who connect more than once.
    ///
    /// - Parameters:
    ///   - name: the client name to take; a connection of that name is never a kept one.
    ///   - questions: what will be asked first, which spares a round trip: commands that only read.
    func open(as name: ConnectionName? = nil, asking questions: [Command] = []) throws(RedisError) -> any CommandChannel
    {
        let channel = try name == nil ? keptConnection(asking: questions) : openAnew(as: name, asking: questions)
        channel.retry = retryPolicy
        sayStanding(of: channel)
        return channel
    }

    private func keptConnection(asking questions: [Command]) throws(RedisError) -> any CommandChannel {
        guard let kept else { return try openAnew(asking: questions) }
        return try kept.take { () throws(RedisError) in try openAnew(asking: questions) }
    }

    private func openAnew(
        as name: ConnectionName? = nil,
        asking questions: [Command]
    ) throws(RedisError) -> any CommandChannel {
        let timeouts = settings.timeouts
        var retries = Retries(during: timeouts.command, end: timeouts.end)
        // One that cannot be reached is told of at once; one that answers is waited for.
        return try retries.run(
            after: { $0.nextStep(isRepeatable: true) == .askAgain },
            say: sayTryingAgain
        ) { () throws(RedisError) in
            try settings.deployment.open(timeouts: timeouts, name: name ?? ConnectionName(), asking: questions)
        }
    }

    /// Says, once for each reason, why something is tried again.
    func sayTryingAgain(after error: RedisError) {
        let reason = CommandError(error).message
        guard said.isFirst(reason), !output.isQuiet.value else { return }
        say(.note, code: .waiting, "\(reason); trying again")
    }

    /// Says, once, that there was a failover.
    func sayMoved(from former: any CommandChannel, to successor: any CommandChannel) {
        let (former, endpoint) = (former.endpoint, successor.endpoint)
        // A cluster is the same by whichever server it is entered.
        guard !successor.isCluster, former.address != endpoint.address else { return }
        let message: TerminalText = "\(former) is not the master any more: going on at \(endpoint)"
        if said.isFirst(message), !output.isQuiet.value { say(.note, code: .failover, message) }
    }

    /// A command that only reads goes on where the Sentinels lead it; one that writes has rules of its own.
    private var retryPolicy: RetryPolicy {
        let say: (RedisError) -> Void = { sayTryingAgain(after: $0) }
        guard effect == .reads, case .sentinels = settings.deployment else { return RetryPolicy(say: say) }
        let settings = settings
        return RetryPolicy(
            reopen: { () throws(RedisError) in
                try settings.deployment.reopen(timeouts: settings.timeouts).connection(for: [])
            },
            say: say
        )
    }

    /// A channel that is replaced when it is lost, for a command that writes.
    ///
    /// - Parameters:
    ///   - name: the client name that its successors take; a new one for each, unless given.
    ///   - opened: is told of each successor.
    func reconnecting(
        _ channel: any CommandChannel,
        as name: ConnectionName? = nil,
        opened: @escaping (any CommandChannel) -> Void = { _ in }
    ) -> ReconnectingChannel {
        let (settings, mastership) = (settings, masterCheck)
        return ReconnectingChannel(channel, mastership: mastership) { () throws(RedisError) in
            let fresh = try settings.deployment.reopen(
                timeouts: settings.timeouts,
                name: name ?? ConnectionName(),
                after: channel,
                mastership: mastership
            )
            opened(fresh)
            return fresh
        }
    }

    /// What a replica shows may be behind its master: the reader of a table has to be told. A JSON document has the role.
    private func sayStanding(of connection: any CommandChannel) {
        guard effect == .reads, connection.server.role == .replica, output.format.value != .json else { return }
        let message: TerminalText = "\(connection.endpoint) is a replica: what it shows may be behind its master"
        if said.isFirst(message) { say(.warning, code: .replica, message) }
    }

    private static func masterCheck(_ settings: ConnectionSettings) -> MasterCheck? {
        guard case .sentinels(let sentinels) = settings.deployment else { return nil }
        return MasterCheck(sentinels, timeouts: settings.timeouts)
    }

    /// For a command that writes, before anything is sent: from now on no signal ends it before it has said what became of
    /// its writes. A reply that does not come is waited for with a word on how to end that too.
    func catchSignalsOfWrites() {
        let time = settings.timeouts.command.text
        let line = line(
            .note,
            code: .interrupting,
            "interrupted: waiting at most \(time) for the reply to what was sent (interrupt again to stop waiting)"
        )
        Interruption.catchSignals(ofWritesWith: { Output.note(line) })
    }

    /// Says what is doubtful about the settings.
    func sayWarnings() {
        for warning in settings.warnings { say(.warning, code: warning.code, warning.message) }
    }

    /// Writes a report in the format that was asked for.
    func present(_ report: some Presentable) throws {
        let report = RoutedReport(report: report, session: self)
        if let bytes = output.format.value.render(report, look: stream.look) { try deliver(asTheyAre: bytes) }
    }

    /// The same for a command whose status is its answer: it ends with that status whether or not anybody reads the report.
    func presentVerdict(_ report: some Presentable) throws {
        try Self.keepingVerdict { try present(report) }
    }

    /// Writes what such a command shows; that nobody reads it, or that there is nowhere to write it to, is no error.
    static func keepingVerdict(_ write: () throws -> Void) throws {
        do { try write() } catch is Output.Closed {} catch _ where Output.isMissing {}
    }

    /// Writes results. A reader that has gone ends a command that only reads. One that writes goes on without: what became
    /// of the write is told by its findings and its status.
    func deliver(asTheyAre bytes: [UInt8]) throws {
        guard effect == .writes else { return try stream.write(asTheyAre: bytes) }
        guard delivery.isWhole else { return }
        do { try stream.write(asTheyAre: bytes) } catch { delivery.fail(error) }
    }

    /// The status of a command that has come to its end. That its results could not be written outweighs what they would have told,
    /// as it does where a command only reads; what was refused, lost, interrupted or left open outweighs it.
    ///
    /// - Parameter isPreview: whether nothing was to be changed. After a change, who does it again for want of a result does it twice.
    func conclude(_ status: ExitStatus, isPreview: Bool) -> ExitStatus {
        guard let failure = delivery.failure, !(failure is Output.Closed) else { return status }
        let found: TerminalText = "; without that the status is 1: something was found, or could not be done"
        let rest: TerminalText? =
            switch status {
            case .success where isPreview: "; nothing else went wrong"
            case .success: "; what it was to do is done (do not repeat it)"
            case .finding where isPreview: found
            case .finding: "\(found); what else it was to do is done (do not repeat it)"
            default: nil
            }
        say(.failure, code: .output, CommandError(failure).message + (rest ?? ""))
        return rest == nil ? status : .outputFailed
    }

    /// Says findings on standard error; `--quiet` leaves out what is only a note. A JSON document has them already,
    /// when it could be written.
    func say(_ findings: [Finding]) {
        guard output.format.value != .json || !delivery.isWhole else { return }
        for finding in findings where finding.severity != .note || !output.isQuiet.value {
            say(finding.severity, code: finding.code, finding.message)
        }
    }

    /// Says one thing on standard error: a line for a person, a JSON object for a script.
    func say(_ severity: Finding.Severity, code: Finding.Code, _ message: TerminalText) {
        Output.note(line(severity, code: code, message))
    }

    private func line(_ severity: Finding.Severity, code: Finding.Code, _ message: TerminalText) -> TerminalText {
        switch output.format.value {
        case .table, .wide, .csv, .prometheus:
            let label: TerminalText = severity == .failure ? "" : "\(severity.rawValue): "
            return "caracalctl: \(label)\(routed(message))"
        case .json, .ndjson:
            let object: JSONValue = [
                severity.rawValue: [
                    "code": .string(code.rawValue), "message": JSONValue(routed(message)),
                ]
            ]
            return TerminalText(keeping: String(decoding: object.line().dropLast(), as: UTF8.self))
        }
    }
}

/// Remembers texts that were printed, so that each is printed once however often its cause comes up.
final class OnceOnly {
    private var said: Set<String> = []

    /// Whether this is new.
    func isFirst(_ text: TerminalText) -> Bool {
        said.insert(text.text).inserted
    }
}
