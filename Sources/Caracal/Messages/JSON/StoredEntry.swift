/// An entry read from a file: what `verify-sig --offline` checks.
package struct StoredEntry: Sendable, Equatable {
    /// The name of the stream it was read from.
    package internal(set) var stream: [UInt8] = []
    /// Its id, as it was written; empty when the line has none.
    package internal(set) var id: [UInt8] = []
    /// Its fields, in the order they were written, a name given twice included.
    package internal(set) var message = Message()

    /// An empty entry, to be read into.
    package init() {}

    /// Removes the stream and the id, and keeps their storage.
    mutating func clearHeader() {
        stream.removeAll(keepingCapacity: true)
        id.removeAll(keepingCapacity: true)
    }
}
