import ArgumentParser
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
            ContextRmCommand.self,
        ],
        defaultSubcommand: ContextLsCommand.self
    )
}

/// `caracalctl context ls`
struct ContextLsCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the contexts.",
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
        abstract: "Show the settings of a context.",
        discussion: """
            Without a name, the one in use.

              caracalctl context show prod
            """
    )

    @Argument(help: ArgumentHelp("The context.", valueName: "name"))
    var name: String?

    func run(_ output: OutputSettings) throws {
        let file = try ContextStore(.process).read()
        guard let name = name ?? file.current else {
            throw Failure(.finding, "no context is in use (caracalctl context use NAME)")
        }
        let context = try file.named(name, by: "context show")
        try present(ContextPresentation(file: file, contexts: [context], isDetailed: true), output)
    }
}

/// `caracalctl context use`
struct ContextUseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use",
        abstract: "Set the default context.",
        discussion: """
            The default context is used when neither an option nor the environment names a server.

              caracalctl context use prod
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

    func run() throws {
        try ContextStore(.process).change { file in
            if let name { _ = try file.named(name, by: "context use") }
            return file.current == name ? nil : try file.using(name)
        }
    }
}

/// `caracalctl context rm`
struct ContextRmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove a context.",
        discussion: """
            The files it names are not deleted. If it was the default, there is no default context afterwards.

              caracalctl context rm staging
            """
    )

    @Argument(help: ArgumentHelp("The context.", valueName: "name"))
    var name: String

    func run() throws {
        try ContextStore(.process).change { file in
            _ = try file.named(name, by: "context rm")
            return try file.removing(name)
        }
    }
}
