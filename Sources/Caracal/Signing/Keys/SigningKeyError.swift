/// What is wrong with the text of a key. Never holds any part of it.
package enum SigningKeyError: Error, Sendable, Equatable {
    /// There is no text, or nothing but white space.
    case empty
    /// Hexadecimal digits, but not a whole number of bytes.
    case oddNumberOfDigits(Int)
    /// The character at this position, counted from 1, is no hexadecimal digit.
    case notHex(position: Int)
    /// Not hexadecimal, but it could be base64.
    case base64
    /// Fewer bytes than the services accept.
    case tooShort(count: Int)
}

extension SigningKeyError: CustomStringConvertible {
    /// One line, lower case, to follow the name of where the key came from.
    package var description: String {
        switch self {
        case .empty: "the key is empty"
        case .oddNumberOfDigits(let count): "the key has an odd number of hexadecimal digits (\(count)): one is missing"
        case .notHex(let position): "the key is not hexadecimal: character \(position) is no digit"
        case .base64: "the key looks like base64: it must be hexadecimal"
        case .tooShort(let count):
            "the key has \(count) \(count == 1 ? "byte" : "bytes"): it needs at least \(SigningKey.minimumCount)"
        }
    }
}
