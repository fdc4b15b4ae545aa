import Redis
import Text

extension HealthCheck {
    /// The rights of the ACL user: the one check whose questions a user without the right to them finds in the log.
    package static let rights = HealthCheck(
        "acl-rights",
        subject: "Whether the ACL user we are may run each command that caracalctl sends, on a stream of the bus.",
        reason: """
            A right that is missing shows on the day it is needed. Asked by ACL DRYRUN, which runs nothing; it needs \
            Redis 7 and the rights to ACL WHOAMI and ACL DRYRUN. Rights that only a writing command needs are a note: an \
            observer lacks them on purpose.
            """,
        remedy: "caracalctl provision --emit-acl prints the rules of three roles.",
        urgency: .later
    ) { examination in
        switch examination.rights {
        case .unknown(let refusal):
            let reason: TerminalText =
                refusal.kind == .noPermission
                ? "this user may not ACL WHOAMI or ACL DRYRUN" : "the server cannot be asked (ACL DRYRUN needs Redis 7)"
            return .unseen("the rights of this user are not known: \(reason)")
        case .unasked: return .unseen("the rights of this user were not asked for")
        case .known(let user, let missing, let keyless):
            let wanted = missing.filter { !$0.isCourtesy }
            let (reads, writes) = (wanted.filter(\.isForReading), wanted.filter { !$0.isForReading })
            return Inspection(of: [user]) {
                noKeys(keyless, $0) + outcome(.warning, "looking", reads, $0)
                    + outcome(.note, "changing things", writes, $0)
            }.or("the user \(user) has every right")
        }
    }

    /// Commands that the user may run, but not on the keys of the bus.
    private static func noKeys(_ rights: [CommandRight], _ user: [UInt8]) -> [CheckOutcome] {
        guard !rights.isEmpty else { return [] }
        return [
            CheckOutcome(
                rights.contains(where: \.isForReading) ? .warning : .note,
                "the user \(user) may not access the keys of the bus: \(names(rights))",
                evidence: "ACL DRYRUN",
                fix: "\(RedisCLI.text) ACL SETUSER \(ShellWord.quoted(user)) '\(AccessRules.keys)'"
            )
        ]
    }

    private static func names(_ rights: [CommandRight]) -> String {
        rights.map { $0.command.split(separator: "|").joined(separator: " ").uppercased() }.joined(separator: ", ")
    }

    private static func outcome(
        _ status: CheckOutcome.Status,
        _ purpose: String,
        _ missing: [CommandRight],
        _ user: [UInt8]
    ) -> [CheckOutcome] {
        guard !missing.isEmpty else { return [] }
        return [
            CheckOutcome(
                status,
                "the user \(user) lacks rights that \(purpose) needs: \(names(missing))",
                evidence: "ACL DRYRUN",
                fix:
                    "\(RedisCLI.text) ACL SETUSER \(ShellWord.quoted(user)) \(missing.map { "'\($0.rule)'" }.joined(separator: " "))"
            )
        ]
    }
}

extension CommandRight {
    /// Whether commands that only look need it.
    fileprivate var isForReading: Bool { roles.contains(.observer) }
}
