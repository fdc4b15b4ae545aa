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
    /// Where a field lies in the text.
    private struct Place: Sendable, Equatable {
        let name: Range<Int>
        let value: Range<Int>
    }

    private let text: [UInt8]
    /// A few of hundreds of fields are asked for: they are looked for, and no table of them is made.
    private let places: [Place]

    /// Reads `name:value` lines; headings, blank lines and lines of any other shape are left out.
    package init(_ text: some Collection<UInt8>) {
        let text = Array(text)
        var (places, start, colon) = ([Place](), 0, Int?.none)
        for index in 0...text.count {
            let byte = index < text.count ? text[index] : UInt8(ascii: "\n")
            if byte == UInt8(ascii: ":"), colon == nil {
                colon = index
            } else if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
                if let colon, text[start] != UInt8(ascii: "#") {
                    places.append(Place(name: start..<colon, value: colon + 1..<index))
                }
                (start, colon) = (index + 1, nil)
            }
        }
        (self.text, self.places) = (text, places)
    }

    /// Every field: its name and its value.
    package var all: some Sequence<(key: [UInt8], value: [UInt8])> {
        places.lazy.map { (key: Array(text[$0.name]), value: Array(text[$0.value])) }
    }

    /// The value of a field as the server sent it; nil when there is none.
    package func bytes(_ name: String) -> [UInt8]? {
        let length = name.utf8.count
        let place = places.last { $0.name.count == length && text[$0.name].elementsEqual(name.utf8) }
        return place.map { Array(text[$0.value]) }
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

/// `CONFIG GET pattern`: settings of the server. Several patterns at once need Redis 7; managed servers often refuse it.
package struct ConfigGet: Request {
    /// A setting's name, or a glob over several.
    package let pattern: String

    /// Asks for settings.
    package init(_ pattern: String) {
        self.pattern = pattern
    }

    package var command: Command {
        Command("CONFIG", "GET", pattern).reading()
    }

    package func read(_ reply: ReplyValue) -> ConfigValues? {
        reply.pairs.map { ConfigValues($0) }
    }
}

/// Settings of a server, by name.
package struct ConfigValues: Sendable, Equatable {
    private var values: [[UInt8]: [UInt8]] = [:]

    /// No settings.
    package init() {}

    /// These settings.
    package init(_ values: [String: String]) {
        for (name, value) in values { self.values[Array(name.utf8)] = Array(value.utf8) }
    }

    init(_ pairs: ReplyPairs) {
        for (name, value) in pairs {
            if let name = name.text, let value = value.text { values[Array(name)] = Array(value) }
        }
    }

    /// A setting as the server writes it; nil when it has none of that name.
    package func bytes(_ name: String) -> [UInt8]? {
        values[Array(name.utf8)]
    }

    /// A whole number, digits only; nil for anything else.
    package func unsigned(_ name: String) -> UInt64? {
        bytes(name).flatMap { PlainNumber.unsigned($0) }
    }
}

/// `TIME`: the server's clock, which is the one that entry ids are made from.
package struct ServerTime: Request {
    /// Asks for the time.
    package init() {}

    package var command: Command {
        Command("TIME").reading()
    }

    /// Unix milliseconds.
    package func read(_ reply: ReplyValue) -> UInt64? {
        guard let seconds = reply[0]?.unsigned, let microseconds = reply[1]?.unsigned else { return nil }
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (time, carried) = milliseconds.addingReportingOverflow(microseconds / 1000)
        return overflow || carried ? nil : time
    }
}

/// `COMMAND INFO name`: what the server says of one of its commands, or of one subcommand (Redis 7) as `name|subcommand`.
package struct CommandInfo: Request {
    /// The command's name.
    package let name: String

    /// Asks for one command.
    package init(_ name: String) {
        self.name = name
    }

    package var command: Command {
        Command("COMMAND", "INFO", name).reading()
    }

    package func read(_ reply: ReplyValue) -> CommandTraits? {
        guard reply.count == 1, let item = reply[0] else { return nil }
        return CommandTraits(item)
    }
}

/// What a server says of a command.
package struct CommandTraits: Sendable, Equatable {
    /// Whether the server knows the command at all.
    package let isKnown: Bool
    /// Its flags, such as `readonly`, `write`, `blocking`.
    package let flags: Set<String>
    /// Which of its arguments is the first key; nil when none is at a fixed place.
    package let firstKey: Int?

    /// Reads one element of the reply: null for a command the server does not have.
    init?(_ item: ReplyValue) {
        guard !item.isNull else {
            (isKnown, flags, firstKey) = (false, [], nil)
            return
        }
        guard let list = item[2], let position = item[3]?.integer else { return nil }
        isKnown = true
        flags = Set(list.elements.compactMap { $0.text.map { String(decoding: $0, as: UTF8.self) } })
        firstKey = (1...1000).contains(position) ? Int(position) - 1 : nil
    }
}

/// Numbers as INFO and CONFIG GET write them: text that is a plain number, and nothing else.
enum PlainNumber {
    /// Digits only; nil for anything else, and for what does not fit.
    static func unsigned(_ text: some Collection<UInt8>) -> UInt64? {
        guard !text.isEmpty, text.allSatisfy(ASCII.isDigit) else { return nil }
        return UInt64(String(decoding: text, as: UTF8.self))
    }

    /// Digits with a point and a sign at most; nil for anything else, `nan` and `inf` included.
    static func double(_ text: [UInt8]) -> Double? {
        guard text.allSatisfy({ ASCII.isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }) else {
            return nil
        }
        return Double(String(decoding: text, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
    }
}
