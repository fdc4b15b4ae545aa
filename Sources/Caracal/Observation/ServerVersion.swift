/// The first two numbers of a server's version.
package struct ServerVersion: Sendable, Equatable, Comparable {
    /// The 7 of 7.2.
    package let major: Int
    /// The 2 of 7.2.
    package let minor: Int

    /// A version.
    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `8.2.3`; nil when it does not begin with two numbers.
    package init?(_ text: String) {
        let numbers = text.split(separator: ".").prefix(2).map { Int($0) }
        guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        self.init(major, minor)
    }

    package static func < (left: ServerVersion, right: ServerVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
