import Redis

/// The dead letters of each stream by reason, for who asks again and again: what was counted is kept from one look to the next, and only
/// what was added since is read. Only reads.
///
/// An entry never changes, and ids only rise: a stream that is as long as what was counted and what was added holds just these. Where
/// something was removed it is counted anew.
package struct DeadLetterTally {
    private var counted: [[UInt8]: Counted] = [:]
    /// Of the keys that signatures were checked with.
    private var fingerprints: [String?] = []

    /// None were counted yet.
    package init() {}

    /// What was counted of a stream.
    fileprivate struct Counted {
        var groups: DeadLetterGroups
        /// How many, and the first of them.
        var count: UInt64 = 0
        var first: EntryID?
        /// The first id that was not read yet.
        var next = EntryID.zero
        /// Whether it came to the stream's end.
        var isWhole = false
        /// The stream, as it was then.
        var seen: StreamInfo?
    }

    /// What a look comes to.
    package struct Seen: Sendable, Equatable {
        /// The streams that were counted to their ends.
        package let report: DeadLetterReport
        /// Whether these are all.
        package let isWhole: Bool
        /// Why some of them could not be read: the first refusal; nil where there was none.
        package let refusal: Refusal?
    }

    /// Counts on until `deadline`; what was not reached by then is counted on at the next look.
    ///
    /// - Parameters:
    ///   - streams: the streams of dead letters, just looked at.
    ///   - now: the server's clock in Unix milliseconds.
    package mutating func look(
        at streams: [ObservedStream],
        now: UInt64,
        on connection: any CommandChannel,
        keys: SignatureKeys,
        until deadline: Deadline
    ) throws -> Seen {
        let fingerprints = [try keys.fields?.fingerprint(), try keys.audit?.fingerprint()]
        if fingerprints != self.fingerprints { (counted, self.fingerprints) = ([:], fingerprints) }
        var judge = try DeadLetterJudge(keys: keys)
        var (found, isWhole): ([DeadLetterReport.Stream], Bool) = ([], true)
        var refusal: Refusal?
        for stream in streams {
            let target = SignatureTarget(key: stream.definition.key)
            guard let source = target.source else { continue }
            guard let info = stream.state.info else {
                counted[target.key] = nil
                if stream.state.refusal != nil { isWhole = false }
                continue
            }
            let anew = Counted(groups: DeadLetterGroups(stream: target.key))
            let known = kept(target.key, info)
            var tally = known ?? anew
            var refused = try tally.countOn(stream, target, source, on: connection, &judge, until: deadline)
            // Something was removed from what was counted before.
            if known != nil, tally.isWhole, tally.count != info.length {
                tally = anew
                refused = try tally.countOn(stream, target, source, on: connection, &judge, until: deadline)
            }
            refusal = refusal ?? refused
            tally.seen = info
            counted[target.key] = tally
            guard tally.isWhole else {
                isWhole = false
                continue
            }
            let look = DeadLetterWalk.Stream(
                target: target,
                source: source,
                state: stream.state,
                first: .zero,
                last: info.lastGeneratedID
            )
            found.append(DeadLetterReport.Stream(look: look, groups: tally.groups.sorted, refusal: nil))
        }
        let report = DeadLetterReport(
            streams: found,
            now: now,
            timeRefusal: nil,
            thresholds: DeadLetterThresholds(),
            unmatched: nil
        )
        return Seen(report: report, isWhole: isWhole, refusal: refusal)
    }

    /// What was counted of a stream and can be counted on: nil where there is nothing, or where some of it was removed.
    private func kept(_ key: [UInt8], _ info: StreamInfo) -> Counted? {
        guard let known = counted[key], known.count <= info.length, known.count == 0 || known.first == info.firstID,
            known.next <= info.lastGeneratedID.next ?? .maximum, !known.wasReplaced(by: info)
        else { return nil }
        return known
    }
}

extension DeadLetterTally.Counted {
    /// Whether it counted a stream that was removed and made again with the same ids, as far as it shows: more or fewer were removed
    /// from the other one, or the entries at its ends have another size.
    fileprivate func wasReplaced(by info: StreamInfo) -> Bool {
        guard isWhole, let seen else { return false }
        let removed = { (stream: StreamInfo) in stream.entriesAdded.map { $0 &- stream.length } }
        let isAsLong = seen.length == info.length && seen.lastGeneratedID == info.lastGeneratedID
        return removed(seen) != removed(info) || isAsLong && seen.endBytes != info.endBytes
    }

    /// Reads what was not read yet, as far as there is time and the server lets.
    ///
    /// - Returns: why the server does not let; nil where it does.
    fileprivate mutating func countOn(
        _ stream: ObservedStream,
        _ target: SignatureTarget,
        _ source: SignatureTarget.Source,
        on connection: any CommandChannel,
        _ judge: inout DeadLetterJudge,
        until deadline: Deadline
    ) throws -> Refusal? {
        let last = stream.state.info?.lastGeneratedID ?? .zero
        let rest = DeadLetterWalk.Stream(target: target, source: source, state: stream.state, first: next, last: last)
        guard rest.first <= rest.last else {
            isWhole = true
            return nil
        }
        isWhole = false
        var (seen, isCut) = (self, false)
        let walk = DeadLetterWalk(DeadLetterSelection(targets: [target]))
        let refusal = try walk.read(rest, on: ReconnectingChannel(connection), &judge) { visit, judge in
            let letter = try judge.judge(visit.fields, in: visit.bytes, visit.head, of: source)
            seen.groups.count(visit.id, letter, in: visit.bytes)
            seen.count += 1
            if seen.first == nil { seen.first = visit.id }
            seen.next = visit.id.next ?? .maximum
            isCut = seen.count.isMultiple(of: 100) && deadline.hasPassed
            return !isCut
        }
        if refusal == nil, !isCut { (seen.isWhole, seen.next) = (true, last.next ?? .maximum) }
        self = seen
        return refusal
    }
}
