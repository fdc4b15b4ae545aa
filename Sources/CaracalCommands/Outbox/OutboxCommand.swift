import ArgumentParser

/// `caracalctl outbox`
struct OutboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Show and manage the outbox tables in Postgres. [reads; requeue, unlock and dispatch: writes]",
        discussion: """
            Every message of the bus begins as a row in Postgres: event_outbox of the API, caracal_outbox of the Coordinator. \
            The service's dispatcher publishes it from there. Without a subcommand, outbox counts the rows of each stream. \
            The database is named by DATABASE_URL or DATABASE_URL_FILE.

              caracalctl outbox
              caracalctl outbox ls --dead
              caracalctl outbox show 019b8414-9f07-7d6e-8d35-c5a5f5c6c6a1
              caracalctl outbox requeue --dead --dry-run
              caracalctl outbox reconcile --since 2h
            """,
        subcommands: [
            OutboxStatusCommand.self, OutboxLsCommand.self, OutboxShowCommand.self, OutboxRequeueCommand.self,
            OutboxUnlockCommand.self, OutboxReconcileCommand.self, OutboxDispatchCommand.self,
        ],
        defaultSubcommand: OutboxStatusCommand.self
    )
}
