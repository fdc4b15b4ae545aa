import Redis

/// Ids one after the other, with the distances that the entries have in the stream, but none between two runs.
struct IDLine {
    private var current = EntryID(milliseconds: 1 << 40, sequence: 0)
    private var previous: EntryID?

    mutating func beginRun() {
        previous = nil
    }

    mutating func next(_ id: EntryID) -> EntryID {
        let step = previous.map { id.milliseconds &- $0.milliseconds } ?? 1
        let (milliseconds, overflow) = current.milliseconds.addingReportingOverflow(step)
        if step == 0 {
            let distance = id.sequence &- (previous?.sequence ?? 0)
            current = EntryID(milliseconds: current.milliseconds, sequence: current.sequence &+ max(1, distance))
        } else {
            current = EntryID(milliseconds: overflow ? 0 : milliseconds, sequence: id.sequence)
        }
        previous = id
        return current
    }
}
