import Redis
import Text

extension HealthCheck {
    static let skippedEntries = HealthCheck(
        "skipped-entries",
        subject: """
            Groups that may have been put behind entries they had not read: created at $ on a stream that had some, or \
            XGROUP SETID.
            """,
        reason: """
            Such a group never sees what was there before it. From Redis 7 on the server forgets how much a group has \
            read when it is put somewhere, and knows again once the group has read up to the end: until then it shows \
            here, afterwards no trace is left. Entries that were deleted one by one (XDEL) have the same effect, so on a \
            stream that has such it cannot be told, nor before 7.
            """,
        remedy: """
            If the entries still matter and the consumers bear duplicates: XGROUP SETID stream group 0 has them delivered \
            all. caracalctl provision --start 0 avoids it.
            """
    ) { examination in
        examination.inspectGroups("where the groups began to read") { group in
            guard let info = group.info, let stream = examination.info(of: group) else { return [] }
            if GroupPosition(stream: stream, group: info).isBeyondStream {
                let finding: Evidence =
                    "\(group.title) stands at \(info.lastDeliveredID), beyond the stream's last id: it is not given what is added now"
                return [
                    CheckOutcome(
                        .failure,
                        finding,
                        stream: group.stream.name,
                        evidence: "the last id is \(stream.lastGeneratedID)",
                        fix:
                            "\(RedisCLI.text) XGROUP SETID \(group.stream.name) \(ShellWord.quoted(group.name)) 0 # delivers all again"
                    )
                ]
            }
            guard let first = stream.firstID else { return [] }
            guard let hasSkipped = group.hasSkipped(in: stream) else {
                return [
                    untold(
                        group,
                        stream.maxDeletedID == nil
                            ? "servers before Redis 7 do not count what is read"
                            : "entries were deleted from its stream, and what it has read is not counted since"
                    )
                ]
            }
            guard hasSkipped else { return [] }
            let outcome = CheckOutcome(
                .warning,
                "\(group.title) was put at \(info.lastDeliveredID) and may not have read the entries before it: then it will not see them",
                stream: group.stream.name,
                evidence:
                    "it stands at \(info.lastDeliveredID), the stream begins at \(first), and what it has read is not counted",
                fix:
                    "\(RedisCLI.text) XGROUP SETID \(group.stream.name) \(ShellWord.quoted(group.name)) 0 # if they matter: delivers all again"
            )
            return [outcome]
        }.or("no group is known to have been put behind entries")
    }

    private static func untold(_ group: GroupStanding, _ reason: TerminalText) -> CheckOutcome {
        CheckOutcome(
            .unknown,
            "whether \(group.title) skipped entries is not known: \(reason)",
            stream: group.stream.name
        )
    }
}

extension GroupStanding {
    /// Whether it may have been put behind entries that it had not read; nil when that cannot be told. One that was set back
    /// to entries that it had read looks the same.
    func hasSkipped(in stream: StreamInfo) -> Bool? {
        guard let info, info.entriesRead == nil, let first = stream.firstID, first <= info.lastDeliveredID else {
            return false
        }
        return stream.maxDeletedID == .zero ? true : nil
    }
}

extension Examination {
    /// The stream of a group, as it was found.
    func info(of group: GroupStanding) -> StreamInfo? {
        pending.streams.first { $0.definition == group.stream }?.state.info
    }
}
