import ArgumentParser
import Caracal
import Text

/// `caracalctl context`
struct ContextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "Name deployments and choose between them. [changes only its own file]",
        discussion: """
            A context holds a server's address, the user, and the paths of password and key files; never a secret itself. \
            Contexts are stored in ~/.config/caracalctl/config.toml ($XDG_CONFIG_HOME), which can be edited by hand. \
            Before a command writes to a protected context it asks for the context's name; without a terminal, pass \
            --confirm.

            Exactly one source names the server: an option (--url, --host, --socket, --sentinel, --context), else \
            CARACALCTL_CONTEXT, else the environment (CARACALCTL_URL, REDIS_URL and so on), else the context in use, else 127.0.0.1:6379. When it \
            is a context, server settings in the environment are ignored; options still override its values.

              caracalctl context add prod --url rediss://redis.prod:6379 \\
                  --password-file /run/secrets/redis --protected
              caracalctl context use prod
              caracalctl xlen --context staging
              caracalctl env
            """,
        subcommands: [
            ContextLsCommand.self, ContextUseCommand.self, ContextShowCommand.self, ContextAddCommand.self,
            ContextRenameCommand.self, ContextRmCommand.self,
        ],
        defaultSubcommand: ContextLsCommand.self
    )
}

/// `caracalctl context ls`
struct ContextLsCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the contexts. [reads]",
        discussion: """
            The one in use is marked with *.

              caracalctl context ls
              caracalctl context ls -o json
            """
    )

    func run(_ output: OutputSettings) throws {
        let file = try ContextStore(.process).read()
        try present(ContextPresentation(file: file, contexts: file.contexts), output)
    }
}

/// `caracalctl context show`
struct ContextShowCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the settings of a context. [reads]",
        discussion: """
            Without a name, the one in use.

              caracalctl context show
              caracalctl context show prod
            """
    )

    @Argument(help: ArgumentHelp("The context.", valueName: "name"))
    var name: String?

    func run(_ output: OutputSettings) throws {
        let file = try ContextStore(.process).read()
        guard let name = name ?? file.current else {
            throw CommandError(.finding, "no context is in use (caracalctl context use NAME)")
        }
        let context = try file.named(name, by: "context show")
        try present(ContextPresentation(file: file, contexts: [context], isDetailed: true), output)
    }
}

/// `caracalctl context use`
struct ContextUseCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "use",
        abstract: "Set the default context.",
        discussion: """
            The default context is used when neither an option nor the environment names a server. - stands for the one that \
            was the default before.

              caracalctl context use prod
              caracalctl context use -
              caracalctl context use --none
            """
    )

    @Argument(help: ArgumentHelp("The context.", valueName: "name"))
    var name: String?

    @Flag(help: "Stop using a context.")
    var none = false

    func validate() throws {
        if none == (name != nil) { throw ValidationError("name a context, or say --none: one of the two") }
    }

    func run(_ output: OutputSettings) throws {
        try change(output) { file in
            guard let name = try name.map({ try resolved($0, in: file) }) else {
                let former: TerminalText =
                    file.current.map { "context \($0) is not in use any more" } ?? "no context was in use"
                return ContextChange(
                    file: try file.current.map { _ in try file.using(nil) },
                    contexts: [],
                    message: former
                )
            }
            let context = try file.named(name, by: "context use")
            let isInUse = file.current == name
            return ContextChange(
                file: isInUse ? nil : try file.using(name),
                contexts: [context],
                message:
                    "context \(name) is \(isInUse ? "in use already" : "in use now"): \(context.address)\(Self.precedence)"
            )
        }
    }

    /// What goes before the context in use all the same, to follow on the news; empty for nothing.
    private static var precedence: TerminalText {
        ChosenContext.variable(in: .process).map { "; \($0) is set, and goes before it" } ?? ""
    }

    private func resolved(_ name: String, in file: ContextFile) throws(CommandError) -> String {
        guard name == "-" else { return name }
        guard let previous = file.previous, file[previous] != nil else {
            throw CommandError(.finding, "there is no previous context (caracalctl context ls shows those there are)")
        }
        return previous
    }
}

/// `caracalctl context rm`
struct ContextRmCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove a context.",
        discussion: """
            The files it names are not deleted. If it was the default, there is no default context afterwards.

              caracalctl context ls
              caracalctl context rm staging
            """
    )

    @Argument(help: ArgumentHelp("The context.", valueName: "name"))
    var name: String

    func run(_ output: OutputSettings) throws {
        try change(output) { file in
            let context = try file.named(name, by: "context rm")
            let end: TerminalText = file.current == name ? "; no context is in use now" : ""
            return ContextChange(
                file: try file.removing(name),
                contexts: [],
                message: "context \(context.words) was removed\(end)"
            )
        }
    }
}

/// `caracalctl context rename`
struct ContextRenameCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Rename a context.",
        discussion: """
            If it is the default context, it stays the default under its new name.

              caracalctl context rename prod prod-eu
              caracalctl context rename prod-eu prod
            """
    )

    @Argument(help: ArgumentHelp("The context.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("Its new name.", valueName: "new"))
    var new: String

    func validate() throws { try Context.checkName(new) }

    func run(_ output: OutputSettings) throws {
        try change(output) { file in
            _ = try file.named(old, by: "context rename")
            guard old != new else {
                return ContextChange(
                    contexts: file[old].map { [$0] } ?? [],
                    message: "context \(old) has this name already"
                )
            }
            try file.refuse(new)
            let renamed = try file.renaming(old, to: new)
            let context = try renamed.named(new, by: "context rename")
            let end: TerminalText = file.current == old ? ", and still in use" : ""
            return ContextChange(
                file: renamed,
                contexts: [context],
                message: "context \(old) is called \(context.words) now\(end)"
            )
        }
    }
}

extension Context {
    /// Refuses what no context may be called.
    static func checkName(_ text: String) throws(ValidationError) {
        guard isName(text) else {
            throw ValidationError("a context's name has letters, digits, - and _, 64 at most")
        }
    }
}

extension ContextFile {
    /// Refuses the name of a context that is there.
    func refuse(_ name: String) throws(CommandError) {
        guard self[name] == nil else {
            throw CommandError(
                .finding,
                "there is a context \(name) already (caracalctl context rm \(ShellWord.last(Array(name.utf8))))"
            )
        }
    }
}
