import Caracal
import Redis

/// A row of the bus: a stream, or one of its groups.
struct WatchRow: Equatable {
    /// Its place in the table.
    let index: Int
    let stream: WatchedStream
    /// The group; nil for the stream as a whole.
    let group: WatchedGroup?

    /// Whether it is about the same thing as a row of another frame.
    func isSame(as other: WatchRow) -> Bool {
        stream.observed.definition == other.stream.observed.definition
            && group?.standing.name == other.group?.standing.name
    }
}

/// A row of a stream's page: a group, or a consumer of one.
struct WatchStreamRow {
    let group: WatchedGroup
    /// The consumer; nil for the group.
    let consumer: ConsumerStanding?
}

extension WatchModel {
    /// The streams in the order they are shown in, each with its place in the table.
    var streams: [(index: Int, stream: WatchedStream)] {
        indexed.filter { isWanted($0.stream.observed.definition.shortName, $0.stream.groups) }
            .sorted { compare($0.stream, $1.stream) ?? ($0.index < $1.index) }
    }

    /// The rows of the bus in the order they are shown in.
    var rows: [WatchRow] {
        guard showsGroups else { return streams.map { WatchRow(index: $0.index, stream: $0.stream, group: nil) } }
        let all = indexed.flatMap { _, stream in
            stream.groups.filter { isWanted(stream.observed.definition.shortName, [$0]) }.map { (stream, $0) }
        }
        return all.enumerated().map { WatchRow(index: $0, stream: $1.0, group: $1.1) }.sorted { left, right in
            guard let first = left.group, let second = right.group else { return false }
            return compare(first, second) ?? (left.index < right.index)
        }
    }

    private var indexed: [(index: Int, stream: WatchedStream)] {
        (frame?.streams ?? []).enumerated().map { (index: $0.offset, stream: $0.element) }
    }

    /// Whether the filter lets something of this stream, with these groups, be shown.
    private func isWanted(_ stream: String, _ groups: [WatchedGroup]) -> Bool {
        guard !filter.isEmpty else { return true }
        let wanted = filter.lowercased()
        return stream.lowercased().contains(wanted)
            || groups.contains { String(decoding: $0.standing.name, as: UTF8.self).lowercased().contains(wanted) }
    }

    /// Whether the left one comes first; nil when they are alike. What is missing or cannot be read comes before all: it is
    /// worse than slow.
    private func compare(_ left: WatchedStream, _ right: WatchedStream) -> Bool? {
        guard order != .table else { return nil }
        let troubled = (left.observed.state.info == nil, right.observed.state.info == nil)
        if troubled.0 != troubled.1 { return troubled.0 }
        switch order {
        case .lag: return Self.greater(left.slowest?.distance, right.slowest?.distance)
        case .rate: return Self.greater(left.rateIn, right.rateIn)
        case .length: return Self.greater(left.observed.state.info?.length, right.observed.state.info?.length)
        case .behind: return Self.greater(left.behind, right.behind)
        case .table: return nil
        }
    }

    /// The same of groups: by rate is what they are given, by length what they hold.
    private func compare(_ left: WatchedGroup, _ right: WatchedGroup) -> Bool? {
        guard order != .table else { return nil }
        let missing = (left.standing.info == nil, right.standing.info == nil)
        if missing.0 != missing.1 { return missing.0 }
        switch order {
        case .lag: return Self.greater(left.distance, right.distance)
        case .rate: return Self.greater(left.rateOut, right.rateOut)
        case .length: return Self.greater(left.standing.info?.pending, right.standing.info?.pending)
        case .behind: return Self.greater(left.standing.behind, right.standing.behind)
        case .table: return nil
        }
    }

    private static func greater<Value: Comparable>(_ left: Value?, _ right: Value?) -> Bool? {
        guard let left else { return right == nil ? nil : false }
        guard let right else { return true }
        return left == right ? nil : left > right
    }

    /// How many of a stream's groups have their consumers below them.
    private static let groupsWithConsumers = 20
    /// How many consumers of a group are listed.
    private static let consumerLimit = 100

    /// The consumers of a group that a stream's page lists.
    static func listed(_ group: WatchedGroup, at place: Int) -> [ConsumerStanding] {
        place < groupsWithConsumers ? group.standing.foremostConsumers(consumerLimit) ?? [] : []
    }

    /// The rows of a stream's page: its groups, then the consumers of each.
    static func streamRows(of stream: WatchedStream) -> [WatchStreamRow] {
        let consumers = stream.groups.enumerated().flatMap { place, group in
            listed(group, at: place).map { WatchStreamRow(group: group, consumer: $0) }
        }
        return stream.groups.map { WatchStreamRow(group: $0, consumer: nil) } + consumers
    }
}
