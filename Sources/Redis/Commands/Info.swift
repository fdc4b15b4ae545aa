import RESP

/// `INFO section`: one section of what a server says of itself. Several at once need Redis 7.
package struct Info: Request {
    /// The section, such as `memory`.
    package let section: String

    /// Asks for one section.
    package init(_ section: String) {
        self.section = section
    }

    package var command: Command {
        Command("INFO", section).reading()
    }

    package func read(_ reply: ReplyValue) -> InfoFields? {
        reply.text.map { InfoFields($0) }
    }
}

/// The fields of a section of INFO, by name. Versions add fields, and managed servers leave some out.
package struct InfoFields: Sendable, Equatable {
    private let values: [[UInt8]: [UInt8]]

    /// Reads `name:value` lines; headings, blank lines and lines of any other shape are left out.
    package init(_ text: some Collection<UInt8>) {
        var values: [[UInt8]: [UInt8]] = [:]
        for line in text.split(whereSeparator: { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }) {
            guard line.first != UInt8(ascii: "#"), let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            values[Array(line[..<colon])] = Array(line[line.index(after: colon)...])
        }
        self.values = values
    }

    /// Every field: its name and its value.
    var all: some Sequence<(key: [UInt8], value: [UInt8])> { values }

    /// The value of a field as the server sent it; nil when there is none.
    package func bytes(_ name: String) -> [UInt8]? {
        values[Array(name.utf8)]
    }

    /// The value of a field as text; nil when there is none, or it is not UTF-8.
    package func text(_ name: String) -> String? {
        bytes(name).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// A whole number, digits only; nil for anything else.
    package func unsigned(_ name: String) -> UInt64? {
        bytes(name).flatMap { PlainNumber.unsigned($0) }
    }

    /// A finite decimal number; nil for anything else.
    package func double(_ name: String) -> Double? {
        bytes(name).flatMap { PlainNumber.double($0) }
    }

    /// `1` or `0`; nil for anything else.
    package func flag(_ name: String) -> Bool? {
        switch unsigned(name) {
        case 1: true
        case 0: false
        default: nil
        }
    }
}
