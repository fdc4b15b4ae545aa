/// Which server software runs, and in which version.
///
/// Redis and Valkey went separate ways after 7.2: their version numbers do not compare. A rule that depends on the
/// version is therefore asked of each by its own numbers (`isAtLeast`).
package struct ServerVersion: Sendable, Equatable, CustomStringConvertible {
    /// Who makes the server.
    package enum Product: String, Sendable {
        case redis
        case valkey
        /// Something else that speaks the protocol. No rule on versions holds for it.
        case other

        /// Its name in sentences.
        package var name: String {
            switch self {
            case .redis: "Redis"
            case .valkey: "Valkey"
            case .other: "server"
            }
        }
    }

    /// The first two numbers of a version.
    package struct Series: Sendable, Equatable, Comparable {
        /// The 7 of 7.2.
        package let major: Int
        /// The 2 of 7.2.
        package let minor: Int

        /// A series, such as 7.2.
        package init(_ major: Int, _ minor: Int) {
            self.major = major
            self.minor = minor
        }

        package static func < (left: Series, right: Series) -> Bool {
            (left.major, left.minor) < (right.major, right.minor)
        }
    }

    /// Who makes it.
    package let product: Product
    /// Its own version, such as `8.2.3`: not the Redis version that Valkey claims to be compatible with.
    package let number: String
    /// The first two numbers of it; nil when it does not begin with two.
    package let series: Series?

    /// A version as the server tells it.
    package init(_ number: String, of product: Product = .redis) {
        self.product = product
        self.number = number
        let numbers = number.split(separator: ".").prefix(2).map { Int($0) }
        if numbers.count == 2, let major = numbers[0], let minor = numbers[1] {
            series = Series(major, minor)
        } else {
            series = nil
        }
    }

    /// `Redis 8.2.3`, `Valkey 9.1.2`.
    package var description: String { "\(product.name) \(number)" }

    /// Where room is short: `8.2.3`, `Valkey 9.1.2`.
    package var shortText: String { product == .redis ? number : description }

    /// Whether it is this version or a later one, by the numbers of whichever product it is; false when that is not known.
    package func isAtLeast(redis: Series, valkey: Series) -> Bool {
        guard let series else { return false }
        return switch product {
        case .redis: series >= redis
        case .valkey: series >= valkey
        case .other: false
        }
    }
}
