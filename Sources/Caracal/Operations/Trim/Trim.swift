import RESP
import Redis
import Text

/// Removes old entries from a stream: `trim`.
///
/// By itself only what every group has acknowledged, and no dead letters: that an observer saw one does not mean that it was
/// redriven or exported. What is removed is named by an id (MINID) rather than by a count, so
/// that nothing that is added or read later changes what the plan promised. Groups are created and set back, though: each
/// step looks at all of them again (`TrimStep`).
package struct Trim: Sendable {
    /// The stream.
    package let stream: StreamDefinition
    /// Whether as many entries as its bound must stay.
    package let staysAtBound: Bool
    /// Whether to trim to the bound whatever the groups have not acknowledged.
    package let isForced: Bool

    /// Describes a trimming.
    package init(stream: StreamDefinition, staysAtBound: Bool = false, isForced: Bool = false) {
        self.stream = stream
        self.staysAtBound = staysAtBound
        self.isForced = isForced
    }

    /// Looks and plans; nothing is changed.
    package func plan(on connection: any CommandChannel) throws(RedisError) -> Result<TrimPlan, StreamProblem> {
        var retries = Retries(times: RetryLimit.looks)
        repeat {
            if let plan = try planOnce(on: connection) { return plan }
        } while try retries.rest(on: connection.endpoint.description)
        return .failure(.changing(stream))
    }

    /// Nil where the stream became shorter while it was looked at: then the look is repeated, which reads all that is over the
    /// bound again.
    private func planOnce(on connection: any CommandChannel) throws(RedisError) -> Result<TrimPlan, StreamProblem>? {
        switch try FoundStream.find(stream, on: connection) {
        case .failure(let problem): return .failure(problem)
        case .success(let found):
            if connection.server.role == .replica { return .failure(.replica) }
            if found.groups.isEmpty, !isForced { return .failure(.noGroups(stream)) }
            if staysAtBound || isForced, stream.bound == nil { return .failure(.noBound(stream)) }
            guard var plan = try plan(found.info, found.groups, on: connection) else { return nil }
            if plan.minID != nil, !isForced, SignatureTarget.isOfDeadLetters(stream.key) {
                return .failure(.deadLetters(stream, plan.removes))
            }
            (plan.first, plan.now) = (found.info.firstID, found.look.now)
            return .success(plan)
        }
    }

    private func plan(
        _ info: StreamInfo,
        _ groups: [GroupInfo],
        on connection: any CommandChannel
    ) throws(RedisError) -> TrimPlan? {
        let floors = try floors(of: groups, in: info, on: connection)
        let floor = isForced ? nil : floors.map(\.floor).min()
        let abandoned = isForced ? [] : try abandoned(floors, upTo: info.lastID ?? .zero, on: connection)
        if let bound = stream.bound, staysAtBound || isForced {
            let excess = info.length - min(info.length, bound)
            return try TrimToBound(
                trim: self,
                info: info,
                groups: groups,
                costs: floors,
                abandoned: abandoned,
                excess: excess
            )
            .plan(floor: floor, on: connection)
        }
        guard let floor, let first = info.firstID, floor > first else {
            return plan(info, minID: nil, removes: .exact(0), floors, abandoned)
        }
        let removes = try removable(info, from: first, to: floor.previous, on: connection)
        return plan(info, minID: floor, removes: removes, floors, abandoned)
    }

    func plan(
        _ info: StreamInfo,
        minID: EntryID?,
        removes: Quantity,
        _ costs: [TrimPlan.GroupCost],
        _ abandoned: [TrimPlan.AbandonedGroup]
    ) -> TrimPlan {
        TrimPlan(
            stream: stream,
            length: info.length,
            mark: TrimPlan.Mark(info),
            minID: minID,
            removes: removes,
            staysAtBound: staysAtBound || isForced,
            isForced: isForced,
            groups: costs,
            abandoned: abandoned,
            findings: findings(costs, minID, removes)
        )
    }

    /// How many entries there are ahead of the floor, counted: nothing is added there. At least the first one goes.
    private func removable(
        _ info: StreamInfo,
        from first: EntryID,
        to last: EntryID,
        on connection: any CommandChannel
    ) throws(RedisError) -> Quantity {
        let count = EntryCount(key: stream.key, first: first, last: last, of: info)
        let answer = try count.run(on: connection, limit: 1_000_000, until: .after(.seconds(2)))
        return answer.value ?? .atLeast(1)
    }

    /// The oldest entry that each group has not acknowledged: the first pending one, or the first it is still to be given. A
    /// group that was set back has pending entries behind its position. Those ahead of the first one left are gone already,
    /// and hold nothing back.
    private func floors(
        of groups: [GroupInfo],
        in info: StreamInfo,
        on connection: any CommandChannel
    ) throws(RedisError) -> [TrimPlan.GroupCost] {
        let first = info.firstID ?? .zero
        let requests = groups.map { XPending(key: stream.key, group: $0.name, first: first, count: 1) }
        let answers = try connection.ask(requests)
        var floors: [TrimPlan.GroupCost] = []
        for (group, answer) in zip(groups, answers) {
            let page = try answer.get(on: connection)
            // A group at 0 was not given the first entry there is, and not one called 0-1.
            let isBeyond = GroupPosition(stream: info, group: group).isBeyondStream
            // Where it was put beyond the last id, it may have been given nothing.
            let undelivered = isBeyond ? first : max(first, group.lastDeliveredID.next ?? .maximum)
            let floor = min(page.first?.id ?? undelivered, undelivered)
            floors.append(TrimPlan.GroupCost(name: group.name, floor: floor, isBeyondStream: isBeyond))
        }
        return floors
    }

    /// Groups outside the table that keep more than those of the table do, and that nobody has read through for a day. Where
    /// a group is not asked about for want of a right, nothing is said of it.
    private func abandoned(
        _ costs: [TrimPlan.GroupCost],
        upTo last: EntryID,
        on connection: any CommandChannel
    ) throws(RedisError) -> [TrimPlan.AbandonedGroup] {
        let isListed = costs.map { cost in stream.groups.contains { cost.name.elementsEqual($0.name.utf8) } }
        let wanted = zip(costs, isListed).filter(\.1).map(\.0.floor).min() ?? .maximum
        let strangers = zip(costs, isListed).filter { !$1 && $0.floor < wanted && $0.floor <= last }.map(\.0)
            .sorted { $0.floor < $1.floor }.prefix(Self.examinedGroups)
        var found: [TrimPlan.AbandonedGroup] = []
        let answers = try connection.ask(strangers.map { XInfoConsumers(key: stream.key, group: $0.name) })
        for (cost, answer) in zip(strangers, answers) {
            guard let consumers = answer.value else { continue }
            let silence = consumers.map(\.idle).min()
            guard silence ?? .max >= Self.longSilence else { continue }
            found.append(
                TrimPlan.AbandonedGroup(
                    name: cost.name,
                    floor: cost.floor,
                    consumers: consumers.count,
                    silence: silence
                )
            )
        }
        return found
    }

    /// How many groups are asked about, those that keep the most first.
    private static let examinedGroups = 100
    /// A day, in milliseconds: a service that is away for as long is not merely being restarted.
    private static let longSilence: UInt64 = 86_400_000

    private func findings(_ costs: [TrimPlan.GroupCost], _ minID: EntryID?, _ removes: Quantity) -> [Finding] {
        guard minID != nil, isForced else { return [] }
        let go = removes == .exact(1) ? "goes" : "go"
        let letters: TerminalText = "\(Words.deadLetters(removes)) \(go), exported or not (caracalctl dlq export first)"
        let loss = Finding(.losesEntries, .warning, stream: stream.name, letters)
        return (SignatureTarget.isOfDeadLetters(stream.key) ? [loss] : [])
            + costs.filter(\.losesEntries).map { cost in
                let undelivered = cost.undelivered.value.map(Words.entries) ?? "an unknown number of entries"
                let text: TerminalText =
                    "\(cost.name) loses \(undelivered) it was never given and \(cost.unacknowledged) it has not "
                    + "acknowledged"
                return Finding(.losesEntries, .warning, stream: stream.name, text)
            }
    }
}
