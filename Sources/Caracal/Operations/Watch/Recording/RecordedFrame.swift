import Text

/// A frame as `watch -o ndjson` printed it: what of it is drawn over time. What the server did not tell is nil, never 0.
package struct RecordedFrame: Sendable, Equatable {
    /// When it was made, by the clock of the machine that made it, as it is written (RFC 3339).
    package var time: [UInt8] = []
    /// The server that was asked; empty when that is not said.
    package var server: [UInt8] = []
    /// The bytes in use.
    package var usedMemory: Double?
    /// How many may be; 0 for no limit.
    package var maxmemory: Double?
    /// The streams that it shows.
    package var streams: [Stream] = []
    /// What the server refused, in a sentence each.
    package var warnings: [[UInt8]] = []

    /// A stream in it.
    package struct Stream: Sendable, Equatable {
        /// Its name, `caracal.audit.events`.
        package var name: [UInt8] = []
        /// Whether it was there; nil when the server would not tell.
        package var exists: Bool?
        /// Entries added a second.
        package var rateIn: Double?
        /// Dead letters that it has.
        package var deadLetters: Double?
        /// Bytes that it takes.
        package var memory: Double?
        /// What was wrong with it or with its groups, by `WatchMark`'s words.
        package var marks: [[UInt8]] = []
        /// The groups that read it.
        package var groups: [Group] = []
    }

    /// A group in it.
    package struct Group: Sendable, Equatable {
        /// Its name.
        package var name: [UInt8] = []
        /// Whether it was there; nil when the server would not tell.
        package var exists: Bool?
        /// Entries still to be delivered.
        package var lag: Double?
        /// How well that is known: `exact`, `at_least`, `reported` …
        package var lagQuality: [UInt8] = []
        /// Age in milliseconds of the oldest of them.
        package var behind: Double?
        /// Entries delivered and not acknowledged.
        package var pending: Double?
        /// Entries delivered to it a second.
        package var rateOut: Double?
        /// What was wrong with it, by `WatchMark`'s words.
        package var marks: [[UInt8]] = []
    }

    /// Reads a line.
    ///
    /// - Throws: why it cannot be used.
    package init(_ bytes: [UInt8], _ range: Range<Int>) throws(FrameError) {
        var scanner = JSONScanner(Array(bytes[range]))
        var schema: [UInt8] = []
        do throws(JSONError) {
            try scanner.readObject { scanner, name throws(JSONError) in
                switch scanner.word(name) {
                case "schema": schema = try scanner.readText()
                case "at": time = try scanner.readText()
                case "server":
                    try scanner.readMembers { scanner, name throws(JSONError) in
                        try scanner.readServer(name, into: &self)
                    }
                case "items":
                    try scanner.readElements { scanner throws(JSONError) in streams.append(try Stream(&scanner)) }
                case "summary":
                    try scanner.readMembers { scanner, name throws(JSONError) in
                        try scanner.readSummary(name, into: &self)
                    }
                case "warnings":
                    try scanner.readElements { scanner throws(JSONError) in
                        try scanner.readMembers { scanner, name throws(JSONError) in
                            switch scanner.word(name) {
                            case "message": warnings.append(try scanner.readText())
                            default: try scanner.skipValue()
                            }
                        }
                    }
                default: try scanner.skipValue()
                }
            }
            try scanner.requireEnd()
        } catch {
            throw .malformed(error)
        }
        guard schema.elementsEqual(Self.schema.utf8) else {
            throw schema.starts(with: Self.schemaName.utf8) ? .otherVersion(schema) : .noFrame
        }
        if streams.isEmpty { throw .empty }
    }

    private static let schemaName = "caracalctl.watch/"
    private static let schema = schemaName + "1"
}

/// Why a line is no frame that can be used.
package enum FrameError: Error, Sendable, Equatable {
    /// It is no JSON, or cut in the middle.
    case malformed(JSONError)
    /// It is something else.
    case noFrame
    /// It is a frame of a version that is not known here: its schema.
    case otherVersion([UInt8])
    /// It has no stream.
    case empty
}

extension RecordedFrame.Stream {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONError) {
        try scanner.readMembers { scanner, name throws(JSONError) in
            switch scanner.word(name) {
            case "stream": self.name = try scanner.readText()
            case "exists": exists = try scanner.readFlag()
            case "in_per_second": rateIn = try scanner.readNumber()
            case "dead_letters": deadLetters = try scanner.readNumber()
            case "memory_bytes": memory = try scanner.readNumber()
            case "marks": marks = try scanner.readTexts()
            case "groups":
                try scanner.readElements { scanner throws(JSONError) in groups.append(try RecordedFrame.Group(&scanner))
                }
            default: try scanner.skipValue()
            }
        }
    }
}

extension RecordedFrame.Group {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONError) {
        try scanner.readMembers { scanner, name throws(JSONError) in
            switch scanner.word(name) {
            case "group": self.name = try scanner.readText()
            case "exists": exists = try scanner.readFlag()
            case "lag": lag = try scanner.readNumber()
            case "lag_quality": lagQuality = try scanner.readText()
            case "behind_ms": behind = try scanner.readNumber()
            case "pending": pending = try scanner.readNumber()
            case "out_per_second": rateOut = try scanner.readNumber()
            case "marks": marks = try scanner.readTexts()
            default: try scanner.skipValue()
            }
        }
    }
}

// MARK: - Values of frames

extension JSONScanner {
    fileprivate mutating func readServer(_ name: Range<Int>, into frame: inout RecordedFrame) throws(JSONError) {
        switch word(name) {
        case "address": frame.server = try readText()
        default: try skipValue()
        }
    }

    fileprivate mutating func readSummary(_ name: Range<Int>, into frame: inout RecordedFrame) throws(JSONError) {
        switch word(name) {
        case "used_memory_bytes": frame.usedMemory = try readNumber()
        case "maxmemory_bytes": frame.maxmemory = try readNumber()
        default: try skipValue()
        }
    }

    /// A name that is compared with names of our own.
    fileprivate func word(_ name: Range<Int>) -> String { String(decoding: bytes[name], as: UTF8.self) }

    /// Reads an object's members; null has none.
    fileprivate mutating func readMembers(
        _ read: (inout JSONScanner, Range<Int>) throws(JSONError) -> Void
    ) throws(JSONError) {
        if next == UInt8(ascii: "n") { try skipScalar() } else { try readObject(read) }
    }

    /// Reads an array's elements; null has none.
    fileprivate mutating func readElements(_ read: (inout JSONScanner) throws(JSONError) -> Void) throws(JSONError) {
        switch next {
        case UInt8(ascii: "["): try readArray(read)
        case UInt8(ascii: "n"): try skipScalar()
        default: throw unexpected(.value)
        }
    }

    /// Reads text or bytes; none for null.
    fileprivate mutating func readText() throws(JSONError) -> [UInt8] {
        guard next != UInt8(ascii: "n") else {
            try skipScalar()
            return []
        }
        return Array(bytes[try readBytes()])
    }

    fileprivate mutating func readTexts() throws(JSONError) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        try readElements { scanner throws(JSONError) in texts.append(try scanner.readText()) }
        return texts
    }

    /// Reads a number that is finite; nil for null.
    fileprivate mutating func readNumber() throws(JSONError) -> Double? {
        let start = position
        try skipScalar()
        guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite else {
            return nil
        }
        return number
    }

    /// Reads true or false; nil for null.
    fileprivate mutating func readFlag() throws(JSONError) -> Bool? {
        let letter = next
        try skipScalar()
        return letter == UInt8(ascii: "t") ? true : letter == UInt8(ascii: "f") ? false : nil
    }
}
