import ArgumentParser

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

            Exactly one source names the server: an option (--url, --host, --socket, --context), else CARACALCTL_CONTEXT, \
            else the environment (CARACALCTL_URL, REDIS_URL and so on), else the context in use, else 127.0.0.1:6379. When it \
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
