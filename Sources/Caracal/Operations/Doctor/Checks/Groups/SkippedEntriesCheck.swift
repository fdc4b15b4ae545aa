import Redis

extension HealthCheck {
    static let skippedEntries = HealthCheck(
        "skipped-entries",
        subject:
            "Groups that were put behind entries they had not read: created at $ on a stream that had some, or XGROUP SETID.",
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
        let outcomes = examination.counted.compactMap { group -> CheckOutcome? in
            guard let info = group.info, info.entriesRead == nil, let stream = examination.stream(of: group),
                let first = stream.firstID, first <= info.lastDeliveredID
            else { return nil }
            guard let deleted = stream.maxDeletedID else {
                return untold(group, "servers before Redis 7 do not count what is read")
            }
            guard deleted == .zero else {
                return untold(group, "entries were deleted from its stream, and what it has read is not counted since")
            }
            return CheckOutcome(
                .warning,
                "\(group.title) was put behind entries that it had not read: it will not see them",
                stream: group.stream.name,
                evidence:
                    "it stands at \(info.lastDeliveredID), the stream begins at \(first), and what it has read is not counted",
                fix:
                    "if they matter: \(RedisCLI.text) XGROUP SETID \(group.stream.name) \(ShellWord.quoted(group.name)) 0 (delivers all again)"
            )
        }
        return outcomes.or("no group is known to have been put behind entries")
    }

    private static func untold(_ group: GroupStanding, _ reason: String) -> CheckOutcome {
        CheckOutcome(
            .unknown,
            "whether \(group.title) skipped entries is not known: \(reason)",
            stream: group.stream.name
        )
    }
}

extension Examination {
    /// The stream of a group, as it was found.
    fileprivate func stream(of group: GroupStanding) -> StreamInfo? {
        pending.streams.first { $0.definition == group.stream }?.state.info
    }
}
