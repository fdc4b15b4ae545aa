import ArgumentParser
import Rendering

/// Reads the text of options whose types the parser does not know.
enum OptionText {
    /// A duration in milliseconds, such as `30s`; nil when the option was not given.
    static func duration(_ text: String?, _ option: String) throws -> UInt64? {
        guard let text else { return nil }
        guard let milliseconds = Parse.duration(text) else {
            throw ValidationError("\(option) is a duration, such as 500ms, 30s, 5m, 2h or 7d")
        }
        return UInt64(milliseconds)
    }

    /// A number from 0 in digits; nil when the option was not given.
    static func number(_ text: String?, _ option: String) throws -> UInt64? {
        guard let text else { return nil }
        guard (1...19).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt64(text)
        else { throw ValidationError("\(option) is a number in digits") }
        return number
    }
}
