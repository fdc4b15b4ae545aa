import Caracal
import Rendering
import Text

/// How `outbox --emit-grants` shows the rights of a role: statements for psql.
struct OutboxGrantsPresentation: Presentable {
    let role: OutboxRole
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        OutboxGrants(role).script.split(separator: "\n").map { "\(keeping: $0)\n" as ScreenText }.joined()
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.outbox-grants/1",
            at: at,
            server: .null,
            items: [
                [
                    "role": .string(role.rawValue), "user": .string(role.user),
                    "statements": .array(OutboxGrants(role).statements.map { .string($0) }),
                ]
            ],
            summary: [:],
            warnings: advice.warnings
        )
    }

    /// What the statements do not say.
    var advice: [Finding] {
        [
            Finding(
                .noPassword,
                .note,
                "no password is set or changed: a new role lets nobody in before \\password \(role.user), typed into psql "
                    + "by the owner of the tables"
            )
        ]
    }
}
