import Caracal
import Redis
import Rendering

/// Which groups have samples of their own in a scrape: those of the table, and of all others a bounded number. Services add one for each
/// of their hosts, and anybody can add more.
struct GroupChoice {
    /// The groups with samples of their own, in the order of the look.
    let shown: [GroupStanding]
    private let all: [GroupStanding]

    /// How many groups outside the table have samples of their own, on all streams together.
    static let mostOthers = 200

    /// A name that somebody else chose is a label up to this many bytes; what has a longer one has no samples.
    static let longestName = 128

    /// Chooses: what alarms count before what they do not, then what has most to do, so that an alert never misses the worst one.
    init(_ groups: [GroupStanding]) {
        all = groups
        let others = groups.indices.filter {
            groups[$0].definition == nil && groups[$0].name.count <= Self.longestName
        }
        let work = { (group: GroupStanding) -> UInt64 in
            let (lag, pending) = (group.shownLag.value ?? .max, group.info?.pending ?? 0)
            return lag > .max - pending ? .max : lag + pending
        }
        let ranks = others.map { (index: $0, isCounted: groups[$0].isCounted ? 1 : 0, work: work(groups[$0])) }
        let foremost = ranks.sorted { ($1.isCounted, $1.work, $0.index) < ($0.isCounted, $0.work, $1.index) }
        let chosen = Set(foremost.prefix(Self.mostOthers).map(\.index))
        shown = groups.indices.filter { groups[$0].definition != nil || chosen.contains($0) }.map { groups[$0] }
    }

    /// How many groups each stream has, and how many of them have no samples of their own.
    func families(of streams: [ObservedStream]) -> [MetricFamily] {
        var (counts, left) = (MetricFamily(.groups), MetricFamily(.groupsWithoutSamples))
        for stream in streams where stream.state.info != nil {
            let own = all.filter { $0.stream == stream.definition && $0.info != nil }
            let leftOver = own.count(where: \.isLeftOver)
            let listed = own.count { $0.definition != nil }
            let name = stream.definition.name
            counts.append(["stream": name, "kind": "table"], count: listed)
            counts.append(["stream": name, "kind": "other"], count: own.count - listed - leftOver)
            counts.append(["stream": name, "kind": "left_over"], count: leftOver)
            left.append(
                ["stream": name],
                count: own.count - shown.count { $0.stream == stream.definition && $0.info != nil }
            )
        }
        return [counts, left]
    }
}
