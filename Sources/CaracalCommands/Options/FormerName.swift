import ArgumentParser

/// Names of options that go on working and that no help lists: former ones, and other spellings.
struct FormerName {
    private let former: String
    private let name: String
    private let commands: [any ParsableCommand.Type]

    /// The name of today of an option of a command; nil where the name is none of a former day.
    static func today(_ name: String, of command: any ParsableCommand.Type) -> String? {
        all.first { $0.former == name && $0.commands.contains { $0 == command } }?.name
    }

    private static let all = [
        FormerName(
            former: "--count",
            name: "--limit",
            commands: [PendingCommand.self, TailCommand.self, WatchCommand.self, DLQLsCommand.self]
        ),
        FormerName(former: "--max-report", name: "--limit", commands: [VerifySigCommand.self]),
        FormerName(former: "-c", name: "--limit", commands: [DLQLsCommand.self]),
        FormerName(former: "--from", name: "--since", commands: [TailCommand.self, VerifySigCommand.self]),
        FormerName(former: "--to", name: "--until", commands: [VerifySigCommand.self]),
        FormerName(former: "--color", name: "--colour", commands: [ContextAddCommand.self]),
    ]
}
