import ArgumentParser

/// `caracalctl dlq`
struct DLQCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq",
        abstract: "Show and manage dead letters. [reads; redrive and purge: writes]",
        discussion: """
            Dead letters are in audit.events.dlq, where the Audit service puts events that it cannot store, and in a .dead \
            stream beside every other stream. Without a subcommand, dlq counts them by reason.

              caracalctl dlq
              caracalctl dlq ls --reason pg_permanent_error
              caracalctl dlq show 1767443990017-2
              caracalctl dlq redrive --reason pg_permanent_error --dry-run
              caracalctl dlq export --to dead.ndjson && \\
                  caracalctl dlq purge --exported dead.ndjson
            """,
        subcommands: [
            DLQSummaryCommand.self, DLQLsCommand.self, DLQShowCommand.self, DLQExportCommand.self,
            DLQRedriveCommand.self, DLQPurgeCommand.self,
        ],
        defaultSubcommand: DLQSummaryCommand.self
    )
}
