/// The right to run one command, and what it is needed for.
///
/// AUTH and HELLO are not among them: no user can be denied them.
package struct CommandRight: Sendable, Equatable {
    /// The command as ACL rules name it: `xinfo|stream`.
    package let command: String
    /// Who needs it.
    package let roles: [AccessRole]
    /// What for, in a clause.
    package let purpose: String
    /// The oldest version of Redis that knows the command, where that is newer than the oldest supported: older ones
    /// refuse a rule with a name they do not know.
    package let since: String?
    /// Whether everything works without it, and the server only notes each refusal in its ACL LOG.
    package let isCourtesy: Bool

    init(
        _ command: String,
        _ roles: [AccessRole],
        _ purpose: String,
        since: String? = nil,
        isCourtesy: Bool = false
    ) {
        self.command = command
        self.roles = roles
        self.purpose = purpose
        self.since = since
        self.isCourtesy = isCourtesy
    }

    /// The rule that grants it.
    package var rule: String { "+\(command)" }

    /// Every right that a command of ours needs, in the order in which rules are written. A command that sends something new
    /// adds a literal.
    package static let all: [CommandRight] = [
        CommandRight("type", everybody, "what kind of value a key holds"),
        CommandRight("xinfo|stream", everybody, "lengths and ids"),
        CommandRight("xinfo|groups", everybody, "groups and their lag"),
        CommandRight("time", readers, "the server's clock, for ages"),
        CommandRight("scan", everybody, "keys outside the table; keys of db 1"),
        CommandRight(
            "client|setname",
            everybody,
            "recognising a connection of our own that was lost",
            isCourtesy: true
        ),
        CommandRight(
            "client|setinfo",
            everybody,
            "showing caracalctl in CLIENT LIST",
            since: "7.2",
            isCourtesy: true
        ),

        CommandRight("cluster|slots", everybody, "which server of a cluster holds what"),
        CommandRight(
            "cluster|myid",
            everybody,
            "recognising a server of a cluster by another name: one connection less",
            isCourtesy: true
        ),
        CommandRight("asking", everybody, "a key of a cluster that is on its way to another server"),

        CommandRight("xrange", readers, "reading entries"),
        CommandRight("xrevrange", readers, "reading the newest entries"),
        CommandRight("xread", readers, "tail, which reads what is new"),
        CommandRight("xlen", readers, "check, which counts dead letters"),
        CommandRight("xinfo|consumers", readers, "the consumers of a group"),
        CommandRight("xpending", readers, "entries that were delivered and not acknowledged"),
        CommandRight("info", readers, "memory, persistence, the replication history"),
        CommandRight("config|get", readers, "settings that INFO does not tell"),
        CommandRight("slowlog|get", readers, "calls that held the server up, for doctor"),
        CommandRight("memory|usage", readers, "what a stream takes by the server's own estimate"),
        CommandRight("command|info", readers, "raw, which asks whether a command only looks"),
        CommandRight("select", readers, "db 1, whose keys memory counts"),
        CommandRight(
            "eval_ro",
            readers,
            "counting entries where they are, which are read one by one without it",
            since: "7.0",
            isCourtesy: true
        ),

        CommandRight("xadd", [.operator, .provisioner], "publish, redrive; the entry that a stream begins with"),
        CommandRight("xclaim", [.operator], "claim"),
        CommandRight("xack", [.operator], "ack"),
        CommandRight("xtrim", [.operator], "trim"),
        CommandRight("xdel", [.operator], "dlq redrive and purge"),
        CommandRight("eval", [.operator], "comparing and changing in one step: claim, ack, trim, dlq, group, consumer"),
        CommandRight(
            "client|list",
            readers,
            "who is connected, for doctor; finding a lost connection after publishing"
        ),
        CommandRight("client|kill", [.operator], "closing a lost connection for certain"),
        CommandRight("wait", [.operator], "publish --wait-replicas"),
        CommandRight("waitaof", [.operator], "publish --wait-aof", since: "7.2"),

        CommandRight("xgroup|create", [.operator, .provisioner], "creating streams and groups"),
        CommandRight("xgroup|setid", [.operator], "group seek"),
        CommandRight("xgroup|destroy", [.operator], "group rm, group prune"),
        CommandRight("xgroup|delconsumer", [.operator], "consumer rm, consumer prune"),
    ]

    private static let everybody = AccessRole.allCases
    private static let readers: [AccessRole] = [.observer, .operator]
}
