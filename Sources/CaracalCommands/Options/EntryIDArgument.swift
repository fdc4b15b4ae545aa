import ArgumentParser
import Caracal
import Redis

/// An id on the command line: `ms-seq`, or `ms` for all ids of one millisecond.
struct EntryIDArgument: ExpressibleByArgument {
    /// The id, or the millisecond.
    let value: StreamPosition

    init?(argument: String) {
        if let id = EntryID(Array(argument.utf8)) {
            value = .id(id)
        } else if let id = EntryID(Array("\(argument)-0".utf8)) {
            value = .millisecond(id.milliseconds)
        } else {
            return nil
        }
    }
}
