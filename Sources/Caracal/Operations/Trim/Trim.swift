import RESP
import Redis

/// Removes old entries from a stream: `trim`.
///
/// By itself only what every group has acknowledged. Groups only ever move forward, and what is removed is named by an id
/// (MINID) rather than by a count: nothing that is added or read meanwhile changes what the plan promised.
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
    package func plan(on connection: any CommandChannel) throws(RedisError) -> Result<TrimPlan, TrimRefusal> {
        let look = try StreamLook(streams: [stream], includesGroups: true).run(on: connection)
        switch look.streams[0].state {
        case .missing: return .failure(.noStream(stream))
        case .otherType(let type): return .failure(.otherType(stream, type))
        case .refused(let refusal): throw connection.failure(.refused(refusal), .awaiting)
        case .stream(let info, let groups):
            if connection.server.role == .replica { return .failure(.replica) }
            if groups.isEmpty, !isForced { return .failure(.noGroups(stream)) }
            if staysAtBound || isForced, stream.bound == nil { return .failure(.noBound(stream)) }
            return .success(try plan(info, groups, on: connection))
        }
    }

    private func plan(
        _ info: StreamInfo,
        _ groups: [GroupInfo],
        on connection: any CommandChannel
    ) throws(RedisError) -> TrimPlan {
        let floors = try floors(of: groups, from: info.firstID ?? .zero, on: connection)
        let floor = isForced ? nil : floors.map(\.floor).min()
        let version = connection.server.version
        let known = groups.map { GroupPosition(stream: info, group: $0, version: version) }
        if let bound = stream.bound, staysAtBound || isForced {
            let excess = info.length - min(info.length, bound)
            return try TrimToBound(trim: self, info: info, groups: groups, costs: floors, excess: excess)
                .plan(floor: floor, on: connection)
        }
        guard let floor, let first = info.firstID, floor > first else {
            return plan(info, minID: nil, removes: .exact(0), floors)
        }
        return plan(info, minID: floor, removes: Self.removable(known, floors, floor), floors)
    }

    func plan(
        _ info: StreamInfo,
        minID: EntryID?,
        removes: Quantity,
        _ costs: [TrimPlan.GroupCost]
    ) -> TrimPlan {
        TrimPlan(
            stream: stream,
            length: info.length,
            minID: minID,
            removes: removes,
            staysAtBound: staysAtBound || isForced,
            groups: costs,
            findings: findings(costs, minID)
        )
    }

    /// Known where the slowest group has acknowledged all it was given, and the server tells its lag; else at least the
    /// first entry goes.
    private static func removable(
        _ positions: [GroupPosition],
        _ costs: [TrimPlan.GroupCost],
        _ floor: EntryID
    ) -> Quantity {
        for (position, cost) in zip(positions, costs) where cost.floor == floor && position.group.pending == 0 {
            if let lag = position.lag, lag <= position.stream.length { return .exact(position.stream.length - lag) }
        }
        return .atLeast(1)
    }

    /// The oldest entry that each group has not acknowledged: the first pending one, else the first it was not given.
    /// Pending entries ahead of the first one left are gone already, and hold nothing back.
    private func floors(
        of groups: [GroupInfo],
        from first: EntryID,
        on connection: any CommandChannel
    ) throws(RedisError) -> [TrimPlan.GroupCost] {
        let requests = groups.map { XPending(key: stream.key, group: $0.name, first: first, count: 1) }
        let answers = try connection.ask(requests)
        var floors: [TrimPlan.GroupCost] = []
        for (group, answer) in zip(groups, answers) {
            switch answer {
            case .failure(let refusal): throw connection.failure(.refused(refusal), .awaiting)
            case .success(let page):
                // A group at 0 was not given the first entry there is, and not one called 0-1.
                let undelivered = max(first, group.lastDeliveredID.next ?? .maximum)
                floors.append(TrimPlan.GroupCost(name: group.name, floor: page.first?.id ?? undelivered))
            }
        }
        return floors
    }

    private func findings(_ costs: [TrimPlan.GroupCost], _ minID: EntryID?) -> [Finding] {
        guard minID != nil, isForced else { return [] }
        return costs.filter(\.losesEntries).map { cost in
            let undelivered = cost.undelivered.value.map(Words.entries) ?? "an unknown number of entries"
            let text =
                "\(cost.name.readable) loses \(undelivered) it was never given and \(cost.unacknowledged) it has not "
                + "acknowledged"
            return Finding("loses_entries", .warning, stream: stream.name, text)
        }
    }
}
