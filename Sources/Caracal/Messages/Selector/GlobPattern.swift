/// A pattern for a whole text: `*` stands for any text, `?` for one character, and a backslash takes what follows as it is.
struct GlobPattern: Sendable, Equatable {
    private enum Part: Sendable, Equatable {
        case byte(UInt8)
        case character
        case text
    }

    private let parts: [Part]

    /// Every text is a pattern.
    init(_ text: [UInt8]) {
        var parts: [Part] = []
        var isEscaped = false
        for byte in text {
            switch byte {
            case _ where isEscaped:
                parts.append(.byte(byte))
                isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "*"): if parts.last != .text { parts.append(.text) }
            case UInt8(ascii: "?"): parts.append(.character)
            default: parts.append(.byte(byte))
            }
        }
        if isEscaped { parts.append(.byte(UInt8(ascii: "\\"))) }
        self.parts = parts
    }

    /// Whether it stands for the text at `range`. The work is bounded by the product of the two lengths, whatever they are.
    func matches(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var (position, part) = (range.lowerBound, 0)
        // Where to go on when the text behind the last `*` turns out to be another one.
        var retry: (position: Int, part: Int)?
        while position < range.upperBound {
            if part < parts.count, parts[part] == .text {
                retry = (position, part + 1)
                part += 1
            } else if part < parts.count, let next = step(parts[part], bytes, position, range.upperBound) {
                (position, part) = (next, part + 1)
            } else if let last = retry {
                retry = (last.position + 1, last.part)
                (position, part) = (last.position + 1, last.part)
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == .text }
    }

    /// Where the text goes on behind what one part stands for; nil where something else stands.
    private func step(_ part: Part, _ bytes: [UInt8], _ position: Int, _ end: Int) -> Int? {
        switch part {
        case .byte(let byte): return bytes[position] == byte ? position + 1 : nil
        case .text: return nil
        case .character:
            var next = position + 1
            // The bytes of one character of UTF-8 belong together.
            if bytes[position] >= 0xC0 {
                while next < end, next < position + 4, bytes[next] & 0xC0 == 0x80 { next += 1 }
            }
            return next
        }
    }
}
