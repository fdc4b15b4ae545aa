import ArgumentParser
import Rendering
import Text

/// A command of ours: connect, operate, present. `run(in:)` returns the status that its findings come to.
protocol BusCommand: ParsableCommand {
    /// Whether it can change anything.
    static var effect: Effect { get }
    /// Whether it measures something that `-o prometheus` can show.
    static var hasMetrics: Bool { get }
    /// Whether this run only shows what it would do.
    var isPreview: Bool { get }
    /// The columns of the main table that this run shows, hidden ones included; nil where it shows none.
    var tableColumns: [Column]? { get }
    /// Why the rows of that table cannot be sorted; nil when they can.
    var sortObjection: String? { get }
    /// Why this run cannot show its results in a format, in a clause with what can be done; nil when it can. Asked of the
    /// format that was settled, wherever it was chosen: by an option, the environment or a shell.
    func objection(to format: Setting<OutputFormat>) -> String?
    /// Does the work.
    func run(in session: Session) throws -> ExitStatus
    /// Runs in the session that is made for it: one of its own, or one within a shell's.
    ///
    /// - Parameter output: what options say of the output, for one whose session cannot be made.
    func run(_ output: OutputOptions, _ session: () throws -> Session) throws
}

extension BusCommand {
    static var hasMetrics: Bool { false }
    var isPreview: Bool { false }
    var tableColumns: [Column]? { nil }
    var sortObjection: String? { nil }

    func objection(to format: Setting<OutputFormat>) -> String? { nil }

    /// Runs with the options that commands share.
    func run(_ common: CommonOptions) throws {
        try run(common.output) { try Session(common, effect: Self.effect) }
    }

    func run(_ output: OutputOptions, _ session: () throws -> Session) throws {
        let session = try session()
        let status: ExitStatus
        do { status = try perform(in: session) } catch let error as CommandError {
            throw error.saying(session.routed(error.message))
        }
        if status != .success { throw ExitCode(status.rawValue) }
    }

    /// Refuses what the settings forbid, and does the work. What writes is never ended by a signal without a word: it is
    /// remembered, and heeded where the outcome is known.
    func perform(in session: Session) throws -> ExitStatus {
        session.beginTrace()
        defer { session.endTrace() }
        let format = session.output.format
        if let reason = objection(to: format) ?? generalObjection(to: format.value) {
            let isFromEnvironment = if case .environment = format.origin { true } else { false }
            let cause: TerminalText = isFromEnvironment ? "\(format.origin) is \(format.value.rawValue), and " : ""
            throw CommandError(.usage, "\(cause)\(reason)")
        }
        try session.output.choices.check(tableColumns, format.value, of: Self.self, sortObjection)
        if Self.effect == .writes, !isPreview {
            session.catchSignalsOfWrites()
            try WriteGuard(session).obtain(for: Self._commandName)
        }
        return session.conclude(try run(in: session), isPreview: isPreview)
    }
}

extension BusCommand {
    /// Why a command that has no such results cannot show them in a format.
    private func generalObjection(to format: OutputFormat) -> String? {
        switch format {
        case .prometheus where !Self.hasMetrics: "\(Self.typedName) has no metrics: say table, json or ndjson"
        case .csv where tableColumns == nil: "\(Self.typedName) shows no table here: say table, json or ndjson"
        default: nil
        }
    }
}

/// Whether a command can change anything on the server; every help text says it.
enum Effect: String {
    case reads
    case writes
}

/// A command that shows what it knows without a server.
protocol LocalCommand: ParsableCommand {
    /// Shows them.
    func run(_ output: OutputSettings) throws
}

extension LocalCommand {
    /// Runs with the options that commands share.
    func run(_ common: CommonOptions) throws {
        try run(try OutputSettings.resolve(common.output))
    }

    /// Writes a report to standard output in the format that was asked for.
    func present(_ report: some Presentable, _ output: OutputSettings) throws {
        let stream = Output(.process, output)
        try output.choices.check(report.mainTable?.columns, output.format.value, of: Self.self, nil)
        guard let bytes = output.format.value.render(report, look: stream.look) else {
            let lacks = output.format.value == .csv ? "is no table" : "are no metrics"
            throw CommandError(.usage, "there \(lacks) here: say table, json or ndjson")
        }
        try stream.write(asTheyAre: bytes)
    }
}

extension ParsableCommand {
    /// The words that call it behind `caracalctl`: `dlq redrive`.
    static var typedName: String {
        let group = Caracalctl.configuration.subcommands.first { group in
            group.configuration.subcommands.contains { $0 == Self.self }
        }
        return [group?._commandName, _commandName].compactMap(\.self).joined(separator: " ")
    }

    /// Runs a command of any kind with the options that commands share.
    mutating func run(with common: CommonOptions) throws {
        switch self {
        case let command as any BusCommand: try command.run(common)
        case let command as any LocalCommand: try command.run(common)
        default: try run()
        }
    }
}

extension TableChoices {
    /// Refuses choices that a command's results have no use for. Asked before anything is sent.
    ///
    /// - Parameters:
    ///   - columns: those of the command's table; nil where it shows none.
    ///   - command: the command.
    ///   - sortObjection: why its rows cannot be sorted; nil when they can.
    func check(
        _ columns: [Column]?,
        _ format: OutputFormat,
        of command: any ParsableCommand.Type,
        _ sortObjection: String?
    ) throws(CommandError) {
        guard isMade else { return }
        guard let columns else {
            throw CommandError(.usage, "\(option) chooses from a table, and \(command.typedName) shows none here")
        }
        guard format.isTable else {
            throw CommandError(
                .usage,
                "\(option) chooses from a table, and -o \(format.rawValue) is none (-o table, wide or csv)"
            )
        }
        if let fault = fault(in: columns) { throw CommandError(.usage, fault) }
        if order != nil, let sortObjection {
            throw CommandError(.usage, "--sort is not possible here: \(sortObjection)")
        }
    }

    /// The first of the options that made the choice.
    private var option: String {
        columns.isEmpty ? order == nil ? "--no-headers" : "--sort" : "--columns"
    }
}
