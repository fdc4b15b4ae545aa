import Caracal
import RESP
import Rendering
import Text

/// How `provision --emit-acl` shows rules: lines for redis-cli, and with -o json what each right is for.
struct AccessPresentation: Presentable {
    let roles: [AccessRole]
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        roles.flatMap { AccessRules($0).commands }.map { "\(keeping: $0.command)\n" as ScreenText }.joined()
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.acl/1",
            at: at,
            server: .null,
            items: roles.map(json),
            summary: ["keys": .string(AccessRules.keys)],
            warnings: advice.warnings
        )
    }

    private func json(_ role: AccessRole) -> JSONValue {
        [
            "role": .string(role.rawValue), "user": .string(role.user),
            "commands": .array(
                AccessRules(role).commands.map {
                    ["command": .string($0.command.description), "since": JSONValue($0.since)]
                }
            ),
            "rights": .array(
                role.rights.map {
                    [
                        "rule": .string($0.rule), "since": JSONValue($0.since), "purpose": .string($0.purpose),
                        "courtesy": .bool($0.isCourtesy),
                    ]
                }
            ),
        ]
    }

    /// What the lines do not say.
    var advice: [Finding] {
        [
            Finding(
                .noPassword,
                .note,
                "no password is set or changed: a new user lets nobody in before "
                    + "ACL SETUSER \(roles.first?.user ?? "NAME") >PASSWORD (#SHA256 for its hash); typed into redis-cli, "
                    + "not on a command line"
            ),
            Finding(
                .newerServers,
                .note,
                "the lines with a single rule are for Redis 7.0 or 7.2 and newer: an older server may refuse them, and "
                    + "nothing is lost"
            ),
            Finding(
                .notKept,
                .note,
                "ACL SAVE or CONFIG REWRITE keeps them; in a users.acl file a line begins with user, not with ACL SETUSER"
            ),
        ]
    }
}
