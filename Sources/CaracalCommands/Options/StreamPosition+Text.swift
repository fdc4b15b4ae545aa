import Caracal
import Redis
import Rendering

extension StreamPosition {
    /// Reads a place as it is typed: `-`, `+`, an id (`ms` or `ms-seq`), a time (RFC 3339), or how long ago it was (`-2h`).
    init?(typed text: String) {
        if let id = StreamPosition(typedID: text) {
            self = id
        } else if text == "-" {
            self = .start
        } else if text == "+" {
            self = .end
        } else if text.hasPrefix("-") {
            guard let ago = Parse.duration(String(text.dropFirst())) else { return nil }
            self = .ago(milliseconds: UInt64(ago))
        } else {
            guard let time = Parse.time(text), let milliseconds = UInt64(exactly: time) else { return nil }
            self = .millisecond(milliseconds)
        }
    }

    /// Reads an id: `ms-seq`, or `ms` for all ids of one millisecond.
    init?(typedID text: String) {
        if let id = EntryID(Array(text.utf8)) {
            self = .id(id)
        } else if let id = EntryID(Array("\(text)-0".utf8)) {
            self = .millisecond(id.milliseconds)
        } else {
            return nil
        }
    }
}
