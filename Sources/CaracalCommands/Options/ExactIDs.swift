import ArgumentParser
import Redis
import Rendering
import Text

/// Exact ids on a command line: `ms-seq`, each of them once.
enum ExactIDs {
    /// The ids that are meant; a whole millisecond is not one entry.
    static func resolve(_ texts: [String]) throws -> [EntryID] {
        var ids: [EntryID] = []
        var seen: Set<EntryID> = []
        for text in texts {
            guard let id = EntryID(Array(text.utf8)) else {
                throw ValidationError("\(TerminalText(text)) is not the id of one entry: give it as ms-seq")
            }
            if seen.insert(id).inserted { ids.append(id) }
        }
        return ids
    }
}
