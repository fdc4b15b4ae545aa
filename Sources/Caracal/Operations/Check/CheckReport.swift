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

    /// The worst of all.
    package var state: CheckState {
        let states = measures.map(\.state) + faults.map(\.state)
        return states.reduce(.ok) { $0.orWorse($1) }
    }
}
