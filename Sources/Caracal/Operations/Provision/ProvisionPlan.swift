import RESP
import Redis
import Text

/// The provisioning table held against what was found, and the writes that close the gap. Pure: nothing is sent.
package struct ProvisionPlan: Sendable, Equatable {
    /// A line for every group, and for every stream without one, in the order of the table.
    package let items: [ProvisionItem]
    /// Streams over their bound: they are not trimmed.
    package let excesses: [Finding]

    /// What was noticed: streams over their bound, groups that will not see what is there.
    package var findings: [Finding] {
        findings(of: items)
    }

    /// As `findings`, for what became of the items.
    package func findings(of items: [ProvisionItem]) -> [Finding] {
        excesses + items.compactMap(Self.skipping)
    }

    /// The writes, in order; empty when there is nothing to do.
    package var steps: [ProvisionStep] {
        items.compactMap(\.step)
    }

    /// Plans for the streams that were looked at.
    package init(observed: [ObservedStream], policy: StartPolicy) {
        items = observed.flatMap { Self.items(for: $0, policy: policy) }
        excesses = observed.compactMap(Self.overBound)
    }

    private static func items(for observed: ObservedStream, policy: StartPolicy) -> [ProvisionItem] {
        let stream = observed.definition
        let lines: [GroupDefinition?] = stream.groups.isEmpty ? [nil] : stream.groups.map { $0 }
        switch observed.state {
        case .otherType(let type): return lines.map { refused(stream, $0, .otherType(type)) }
        case .refused(let refusal): return lines.map { refused(stream, $0, .server(refusal)) }
        case .missing: return lines.map { line(stream, $0, existing: nil, length: nil, policy) }
        case .stream(let info, let groups):
            let existing = groups.map(\.name)
            return lines.map { line(stream, $0, existing: existing, length: info.length, policy) }
        }
    }

    private static func refused(
        _ stream: StreamDefinition,
        _ group: GroupDefinition?,
        _ reason: ProvisionProblem
    ) -> ProvisionItem {
        ProvisionItem(stream: stream, group: group, result: .refused, refusal: reason)
    }

    /// - Parameter existing: the names of the stream's groups; nil when there is no stream.
    private static func line(
        _ stream: StreamDefinition,
        _ group: GroupDefinition?,
        existing: [[UInt8]]?,
        length: UInt64?,
        _ policy: StartPolicy
    ) -> ProvisionItem {
        guard let group else {
            let step = existing == nil ? stream.seed.map { ProvisionStep.seed(stream: stream, entry: $0) } : nil
            return ProvisionItem(stream: stream, group: nil, result: existing == nil ? .missing : .exists, step: step)
        }
        if existing?.contains(Array(group.name.utf8)) == true {
            return ProvisionItem(stream: stream, group: group, result: .exists)
        }
        let start = policy.start(onStreamOf: length)
        return ProvisionItem(
            stream: stream,
            group: group,
            result: .missing,
            start: start,
            skipped: start == .end ? length ?? 0 : 0,
            step: .createGroup(stream: stream, group: group, start: start)
        )
    }

    private static func overBound(_ observed: ObservedStream) -> Finding? {
        guard let info = observed.state.info, let bound = observed.definition.bound,
            info.length > bound.saturatingAdd(StreamTable.nodeEntries)
        else { return nil }
        return Finding(
            .overBound,
            .warning,
            stream: observed.definition.name,
            "\(observed.definition.name) holds \(info.length) entries, its bound is \(bound): it is not trimmed here"
        )
    }

    /// Says what the group is not given, and how it is: while it is planned by another start, and afterwards by setting it back.
    private static func skipping(_ item: ProvisionItem) -> Finding? {
        guard item.skipped > 0, let group = item.group else { return nil }
        let count = Words.entries(item.skipped)
        let name: TerminalText = "group \(group.name) on \(item.stream.name)"
        let text: TerminalText =
            item.result == .created
            ? "\(name) was created at $ and is not given the \(count) from before (caracalctl group seek "
                + "\(item.stream.shortName) \(group.name) --to start gives them to it)"
            : "\(name) would start at $ and not be given the \(count) from before (--start 0 gives them to it)"
        return Finding(.skipsEntries, .warning, stream: item.stream.name, text)
    }
}

/// Where a new consumer group starts to read.
package enum StartPolicy: Sendable, Equatable {
    /// At 0 on a stream that is new or empty; at `$` on one that has entries, as Caracal's provisioning script does.
    case automatic
    /// At 0: the group sees all that the stream still holds.
    case beginning
    /// At `$`: the group sees what is added from now on.
    case end

    /// The start for a group on a stream of this length (nil when there is no stream yet).
    package func start(onStreamOf length: UInt64?) -> GroupStart {
        switch self {
        case .automatic: (length ?? 0) == 0 ? .beginning : .end
        case .beginning: .beginning
        case .end: .end
        }
    }
}

/// The start of one group, as XGROUP CREATE takes it.
package enum GroupStart: String, Sendable {
    case beginning = "0"
    case end = "$"
}
