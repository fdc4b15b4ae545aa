import ArgumentParser
import Caracal
import Rendering

/// A place in a stream on the command line: `-`, `+`, an id (`ms` or `ms-seq`), a time (RFC 3339), or how long ago (`-2h`).
struct PositionArgument: ExpressibleByArgument {
    /// The place.
    let value: StreamPosition

    init?(argument: String) {
        guard let value = Self.parse(argument) else { return nil }
        self.value = value
    }

    private static func parse(_ text: String) -> StreamPosition? {
        if text == "-" { return .start }
        if text == "+" { return .end }
        if text.hasPrefix("-") {
            return Parse.duration(String(text.dropFirst())).map { .ago(milliseconds: UInt64($0)) }
        }
        if let id = EntryIDArgument(argument: text) { return id.value }
        return Parse.time(text).flatMap { UInt64(exactly: $0) }.map { .millisecond($0) }
    }
}
