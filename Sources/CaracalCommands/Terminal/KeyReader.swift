/// Turns what a terminal sends into keys.
struct KeyReader {
    /// The keys in what one read gave. A sequence is sent in one go, so an escape at the end is the key.
    static func keys(in bytes: some Collection<UInt8>) -> [Key] {
        var keys: [Key] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() { keys.append(key(byte, &rest)) }
        return keys
    }

    private static func key(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> Key {
        switch byte {
        case 0x1B: return sequence(&rest)
        case 0x0A, 0x0D: return .enter
        case 0x7F, 0x08: return .backspace
        case 0x20..<0x7F: return .character(Character(UnicodeScalar(byte)))
        default: return .other
        }
    }

    /// `ESC [ parameters letter`, or `ESC O letter`; an escape alone is the key.
    private static func sequence(_ rest: inout ArraySlice<UInt8>) -> Key {
        guard let kind = rest.first else { return .escape }
        guard kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return .escape }
        rest = rest.dropFirst()
        let parameters = rest
        while let byte = rest.popFirst() {
            guard (0x40...0x7E).contains(byte) else { continue }
            switch UnicodeScalar(byte) {
            case "A": return .up
            case "B": return .down
            case "C": return .right
            case "D": return .left
            case "~" where parameters.first == UInt8(ascii: "5") && parameters.count == rest.count + 2: return .pageUp
            case "~" where parameters.first == UInt8(ascii: "6") && parameters.count == rest.count + 2: return .pageDown
            default: return .other
            }
        }
        return .other
    }
}

/// A key that was pressed.
enum Key: Equatable {
    case character(Character)
    case up
    case down
    case left
    case right
    case pageUp
    case pageDown
    case backspace
    case enter
    case escape
    /// Any other, such as a function key.
    case other
}
