import Redis
import Text

extension HealthCheck {
    static let skippedEntries = HealthCheck(
        "skipped-entries",
        subject: """
            Groups that stand behind entries they were not given: created at $ on a stream that had some, or put there.
            """,
        reason: """
            Such a group never sees what was there before it: revocations and changes of policy have no effect. From Redis 7 \
            on the server forgets how much a group has read when it is put somewhere, and knows again once the group has \
            read up to the end: until then it shows here, afterwards no trace is left. Of a group whose consumers have \
            worked before it is not known whether it had read those entries: it is then no more than a doubt, below what \
            hurts now. So it is with a group that may have been removed and made again, which forgets its consumers too: where \
            the server has removed a group since it started, or does not tell, or started after those entries came. Entries that were deleted one by one (XDEL) have \
            the same effect, so on a stream that has such it cannot be told, nor before 7.
            """,
        remedy: """
            caracalctl group seek STREAM GROUP --to start has all of them delivered: its consumers must bear duplicates. \
            caracalctl provision --start 0 avoids it.
            """,
        urgency: .lost
    ) { examination in
        let groups = examination.counted
        let own = groups.filter { $0.definition != nil }
        let first = own.filter { $0.stream.scheme == .fields }
        var inspection = Inspection(of: first + own.filter { $0.stream.scheme != .fields }) {
            outcomes($0, examination)
        }
        for stream in examination.pending.streams {
            let others = groups.filter { $0.definition == nil && $0.stream == stream.definition }
            let found = others.flatMap { outcomes($0, examination) }
            if !others.isEmpty { inspection.saw(joined(found, stream.definition)) }
        }
        inspection.miss(examination.pending.streams, "where the groups began to read")
        return inspection.or(
            groups.contains(where: \.isOfAHost)
                ? "no group is known to have been put behind entries, but for those of hosts, which begin at $"
                : "no group is known to have been put behind entries"
        )
    }

    private static func outcomes(_ group: GroupStanding, _ examination: Examination) -> [CheckOutcome] {
        guard let info = group.info, let stream = examination.info(of: group) else { return [] }
        if group.end(beyond: stream) != nil { return [beyond(group, info, stream)] }
        guard let oldest = stream.firstID else { return [] }
        guard let hasSkipped = group.hasSkipped(in: stream) else {
            return [
                unknown(
                    group,
                    stream.maxDeletedID == nil
                        ? "servers before Redis 7 do not count what is read"
                        : "entries were deleted from its stream, and what it has read is not counted since"
                )
            ]
        }
        return hasSkipped ? [skipped(group, info, stream, oldest, examination)] : []
    }

    /// What was found of groups outside the table, of which there may be thousands: one finding for those that may have skipped
    /// entries, and one for those of which it is not known.
    private static func joined(_ found: [CheckOutcome], _ stream: StreamDefinition) -> [CheckOutcome] {
        let (doubts, unknown) = (found.filter { $0.status == .warning }, found.filter { $0.status == .unknown })
        let others = found.filter { $0.status != .warning && $0.status != .unknown }
        return others
            + joined(doubts) { count, names in
                CheckOutcome(
                    .warning,
                    "\(count) groups on \(stream.name) that are not in the table were put behind entries and may not have read them: \(names)",
                    stream: stream.name,
                    fix:
                        "caracalctl pending \(stream.word) # if they matter: caracalctl group seek \(stream.word) GROUP --to start",
                    urgency: .later
                )
            }
            + joined(unknown) { count, names in
                CheckOutcome(
                    .unknown,
                    "whether \(count) groups on \(stream.name) skipped entries is not known: \(names)",
                    stream: stream.name
                )
            }
    }

    private static func joined(
        _ found: [CheckOutcome],
        _ outcome: (TerminalText, TerminalText) -> CheckOutcome
    ) -> [CheckOutcome] {
        guard found.count > 1 else { return found }
        return [outcome("\(Words.number(found.count))", Words.few(found.compactMap(\.group)))]
    }

    private static func skipped(
        _ group: GroupStanding,
        _ info: GroupInfo,
        _ stream: StreamInfo,
        _ oldest: EntryID,
        _ examination: Examination
    ) -> CheckOutcome {
        let count = group.passed(in: stream)
        let entries: TerminalText =
            switch count {
            case .exact(let count): "\(Words.count(count, "entry", "entries"))"
            default: "\(count.words) entries"
            }
        let hasReadNothing = group.hasReadNothing == true
        // Where the server does not tell who was given what, it may still be certain that nobody read up to there.
        let wasPut = group.hasReadNothing == nil && examination.wasPut(info, in: stream)
        // One that was removed had read under the same name what was there.
        let isNew = group.definition != nil && hasReadNothing && !examination.removedNoGroup
        let isLost = group.definition != nil && (hasReadNothing && !isNew || wasPut)
        // So had one that was removed before the server started, which counts only what was removed since.
        let mayHaveRead = isNew || hasReadNothing && examination.mayBeOlder(info)
        let twice: TerminalText = mayHaveRead ? ", twice for who had read them" : ""
        let put: TerminalText = "\(group.title) was created at $, or put, behind \(entries)"
        let seek: TerminalText = "caracalctl group seek \(group.words) --to start"
        let provisioning = isLost ? examination.provisioning : nil
        let remark: TerminalText =
            isLost || isNew ? "delivers the \(entries)\(twice)" : "if they matter: delivers all again"
        let found: TerminalText =
            group.definition != nil && mayHaveRead
            ? "\(put) and was given none of them since: they have no effect, unless it had read them before it was removed and made again"
            : isLost
                ? "\(put) and \(hasReadNothing ? "was given none of them" : "did not read its way there"): they have no effect"
                : "\(group.title) was put behind \(entries) and may not have read them: then it will not see them"
        return CheckOutcome(
            .warning,
            Evidence(found),
            stream: group.stream.name,
            group: group.name,
            evidence:
                "it stands at \(entry: info.lastDeliveredID), the stream begins at \(entry: oldest), and what it has read is not counted",
            fix: provisioning.map {
                "\(seek) && \($0) # delivers the \(entries)\(twice), creates what is missing, and has no group skip what waits"
            } ?? "\(seek) # \(remark)",
            urgency: isLost
                ? .lost : isNew || group.definition != nil && group.hasReadNothing == nil ? .now : .later,
            covers: provisioning == nil ? [] : ["streams", "groups"]
        )
    }

    private static func beyond(_ group: GroupStanding, _ info: GroupInfo, _ stream: StreamInfo) -> CheckOutcome {
        CheckOutcome(
            .failure,
            "\(group.title) stands at \(info.lastDeliveredID), beyond the stream's last id: it is not given what is added now",
            stream: group.stream.name,
            group: group.name,
            evidence: "the last id is \(stream.lastGeneratedID)",
            fix: "caracalctl group seek \(group.words) --to start # delivers all again"
        )
    }

    private static func unknown(_ group: GroupStanding, _ reason: TerminalText) -> CheckOutcome {
        CheckOutcome(
            .unknown,
            "whether \(group.title) skipped entries is not known: \(reason)",
            stream: group.stream.name,
            group: group.name
        )
    }
}

extension GroupStanding {
    /// Whether it may have been put behind entries that it had not read, or stands beyond the stream's end, where it is not given those
    /// to come; nil when that cannot be told. One that was set back to entries that it had read looks the same. A host's group begins
    /// at $ by design: a host that starts has nothing to forget. Beyond the end it is given nothing, as any other.
    func hasSkipped(in stream: StreamInfo) -> Bool? {
        if end(beyond: stream) != nil { return true }
        if isOfAHost { return false }
        guard let info, info.entriesRead == nil, let first = stream.firstID, first <= info.lastDeliveredID else {
            return false
        }
        return stream.maxDeletedID == .zero ? true : nil
    }

    /// Where it stands, if that is beyond the last id of the stream.
    func end(beyond stream: StreamInfo) -> EntryID? {
        info.flatMap { GroupPosition(stream: stream, group: $0).isBeyondStream ? $0.lastDeliveredID : nil }
    }

    /// The entries of the stream that it was put behind, or was given: all that are not to come.
    package func passed(in stream: StreamInfo) -> Quantity {
        switch lag {
        case .exact(let lag): .exact(stream.length - min(stream.length, lag))
        case .atLeast(let lag): .atMost(stream.length - min(stream.length, lag))
        case .atMost(let lag): .atLeast(stream.length - min(stream.length, lag))
        case .reported, .unknown: .unknown
        }
    }

    /// Whether it was never given an entry that is still known: none of its consumers ever was; nil where the server does not tell,
    /// as before Redis 7.2.
    package var hasReadNothing: Bool? {
        guard let info, let consumers else { return nil }
        if info.pending > 0 { return false }
        if consumers.allSatisfy({ $0.info.lastSuccess == .never }) { return true }
        return consumers.contains { if case .ago = $0.info.lastSuccess { true } else { false } } ? false : nil
    }
}

extension Examination {
    /// Whether a group cannot have read its way to the last entry, where it stands: the entry was added while the server ran, the
    /// server counts what a group has read as soon as it is given the last one (Redis 7), and nobody has set a position or removed a
    /// group, which makes it forget that count.
    fileprivate func wasPut(_ group: GroupInfo, in stream: StreamInfo) -> Bool {
        guard servers.count == 1, let start = servers[0].ownSince, let clock = servers[0].clock.value,
            servers[0].removals.value?.positions == 0, removedNoGroup
        else { return false }
        let last = stream.lastGeneratedID
        return group.entriesRead == nil && group.lastDeliveredID == last && stream.lastID == last
            && stream.maxDeletedID == .zero && (start...max(start, clock.server)).contains(last.milliseconds)
    }

    /// Whether a group may stand where it does since before the server started: then nobody knows whether it was the successor of one
    /// of the same name that had read.
    fileprivate func mayBeOlder(_ group: GroupInfo) -> Bool {
        !servers.allSatisfy { server in
            guard let start = server.ownSince, let clock = server.clock.value else { return false }
            return (start...max(start, clock.server)).contains(group.lastDeliveredID.milliseconds)
        }
    }

    /// Whether no group was removed since the servers started, as far as they count: else one that has read nothing may be the
    /// successor of one of the same name that had.
    fileprivate var removedNoGroup: Bool {
        servers.allSatisfy { server in
            server.removals.value.map { $0.destroyedGroups == 0 && !$0.wereReset } ?? false
        }
    }

    /// The stream of a group, as it was found.
    func info(of group: GroupStanding) -> StreamInfo? {
        pending.streams.first { $0.definition == group.stream }?.state.info
    }
}
