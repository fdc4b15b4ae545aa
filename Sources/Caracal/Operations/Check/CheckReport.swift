import Redis

/// How the bus stands against its limits.
package struct CheckReport: Sendable, Equatable {
    /// The streams, as they were found.
    package let streams: [ObservedStream]
    /// Every group, those included that no alarm counts.
    package let groups: [GroupStanding]
    /// The server's memory.
    package let memory: ServerMemory
    /// The figures that are judged, in the order of the table: groups, dead letters, memory.
    package let measures: [CheckMeasure]
    /// What else is amiss.
    package let faults: [CheckFault]
    /// What was not looked at, and why, each in a few words.
    package let unlooked: [String]

    /// How many groups are left over from hosts that are gone: no figure of theirs is judged.
    package var leftOver: Int { groups.count(where: \.isLeftOver) }

    /// The worst of all.
    package var state: CheckState {
        let states = measures.map(\.state) + faults.map(\.state)
        return states.reduce(.ok) { $0.orWorse($1) }
    }
}
