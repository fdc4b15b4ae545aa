import ArgumentParser

/// `caracalctl context`
struct ContextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "Name deployments, and choose between them. [changes only its own file]",
        discussion: """
            A context says where a server is, who to be there, and which files hold the password and the keys; it never \
            holds a secret itself. They lie in ~/.config/caracalctl/config.toml ($XDG_CONFIG_HOME), which may be edited by \
            hand. A context that is protected asks for its name before each command that writes; where nobody can be asked, \
            --confirm gives it.

            Exactly one source names the server: an option (--url, --host, --socket, --context), else CARACALCTL_CONTEXT, \
            else the environment (CARACALCTL_URL, REDIS_URL and so on), else the context in use, else 127.0.0.1:6379. When it \
            is a context, nothing the environment says of a server is mixed into it; options still go over its values.

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
