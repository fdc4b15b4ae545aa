/// What one step of `tail` brought.
package struct TailBatch: Sendable, Equatable {
    /// Entries whose turn has come, in the order of their ids.
    package internal(set) var entries: [TailEntry] = []
    /// What is known to be missing, stream by stream.
    package internal(set) var gaps: [(stream: StreamDefinition, gap: TailGap)] = []
    /// Whether nothing more is there at the moment.
    package internal(set) var isCaughtUp = false

    package static func == (left: TailBatch, right: TailBatch) -> Bool {
        left.entries == right.entries && left.isCaughtUp == right.isCaughtUp
            && left.gaps.elementsEqual(right.gaps) { $0 == $1 }
    }
}
