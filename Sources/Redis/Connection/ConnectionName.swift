/// The client name that a connection gives itself. A random one is no other connection's; several connections share one on
/// purpose, so that whoever comes later finds all of them.
package struct ConnectionName: Sendable, Equatable, CustomStringConvertible {
    /// The name as CLIENT SETNAME takes it.
    package let description: String

    private static let prefix = "caracalctl-"

    /// A new one.
    package init() {
        description = Self.prefix + String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// One that was written down; nil for what `init()` never makes. A name that others may bear would have them closed.
    package init?(_ text: String) {
        let digits = text.utf8.dropFirst(Self.prefix.utf8.count)
        guard text.hasPrefix(Self.prefix), (1...16).contains(digits.count), digits.allSatisfy(Self.isHexadecimal) else {
            return nil
        }
        description = text
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
