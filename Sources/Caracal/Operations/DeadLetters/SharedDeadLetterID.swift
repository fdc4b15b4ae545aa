import Redis
import Text

/// An id that names dead letters in several streams: each stream gives out ids of its own, and two may give out the same.
package struct SharedDeadLetterID: Sendable, Equatable {
    /// The id, or the millisecond, as it was named.
    package let id: StreamPosition
    /// The streams' keys, in the order in which they were looked at.
    package let streams: [[UInt8]]

    /// What it names, in a clause.
    package var text: TerminalText {
        let names = streams.map { TerminalText($0) }
        let last = names.last ?? ""
        return "\(id.text) names dead letters in \(names.dropLast().joined(separator: ", ")) and \(last)"
    }

    /// That all of them were taken, and how to choose.
    package var finding: Finding {
        Finding(.sameID, .warning, "\(text): --stream chooses one")
    }
}

extension DeadLetterSelection {
    /// The ids that were named, of which more than one stream has dead letters.
    func shared(among found: [(stream: [UInt8], id: EntryID)]) -> [SharedDeadLetterID] {
        ids.compactMap { id in
            var streams: [[UInt8]] = []
            for letter in found where id.contains(letter.id) && !streams.contains(letter.stream) {
                streams.append(letter.stream)
            }
            return streams.count > 1 ? SharedDeadLetterID(id: id, streams: streams) : nil
        }
    }
}
