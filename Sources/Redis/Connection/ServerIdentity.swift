import RESP

/// What a server says of itself in its reply to HELLO. A server that does not know HELLO leaves it all unknown.
package struct ServerIdentity: Sendable, Equatable {
    /// What the server is to its data.
    package enum Role: String, Sendable {
        case master
        case replica
    }

    /// How the server runs.
    package enum Mode: String, Sendable {
        case standalone
        case cluster
        case sentinel
    }

    /// Which software it is, in which version; nil when unknown or not a version.
    package var version: ServerVersion?
    /// Master or replica; nil when unknown.
    package var role: Role?
    /// How it runs; nil when unknown.
    package var mode: Mode?
    /// The number of this connection, for CLIENT KILL ID.
    package var connection: Int64?

    /// An identity of which nothing is known.
    package init() {}

    /// Reads the reply to HELLO. Fields that are missing or strange stay unknown.
    package init(hello: ReplyValue) {
        let product = hello[field: "server"]?.text.map(Self.product) ?? .redis
        version = hello[field: "version"]?.text.flatMap(Self.version).map { ServerVersion($0, of: product) }
        role = hello[field: "role"]?.text.flatMap { Role(rawValue: String(decoding: $0, as: UTF8.self)) }
        mode = hello[field: "mode"]?.text.flatMap { Mode(rawValue: String(decoding: $0, as: UTF8.self)) }
        connection = hello[field: "id"]?.integer
    }

    private static func product(_ text: ArraySlice<UInt8>) -> ServerVersion.Product {
        ServerVersion.Product(rawValue: String(decoding: text, as: UTF8.self)) ?? .other
    }

    /// Digits, dots, letters and hyphens only: it is shown without further ado.
    private static func version(_ text: ArraySlice<UInt8>) -> String? {
        let isPlain = text.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && (1...32).contains(text.count) ? String(decoding: text, as: UTF8.self) : nil
    }
}

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

/// What differs between versions of the servers and cannot be seen in their replies. Each rule was measured on the servers.
extension ServerVersion {
    /// The oldest Valkey that was measured. What an older one does as Redis 7.2 does, the common ancestor, it may still do.
    private static let measuredValkey = Series(9, 0)
    /// The first Valkey: it began as Redis 7.2.
    private static let firstValkey = Series(7, 2)

    /// Whether a group's `entries-read` and lag are right again once it reads on after trimming has overtaken it.
    package var countersOutliveTrimming: Bool { isAtLeast(redis: Series(8, 0), valkey: Self.measuredValkey) }

    /// Whether a consumer is listed from its first attempt to read on, and not only once it has been given something.
    package var listsWaitingConsumers: Bool { isAtLeast(redis: Series(7, 2), valkey: Self.firstValkey) }

    /// Whether trimming always takes the oldest entries first. From Redis 8.2 on XTRIM and XADD can spare those that a group has not
    /// acknowledged, and take younger ones (`ACKED`).
    package var trimsOldestFirst: Bool {
        switch (product, series) {
        case (.redis, let series?): series < Series(8, 2)
        // The newest that was measured.
        case (.valkey, let series?): series <= Series(9, 1)
        default: false
        }
    }

    /// Bytes of an entry in a pending entries list whose neighbours share its millisecond, in its group and in its consumer.
    package var pendingEntryBytes: Double {
        switch (product, series) {
        case (.redis, let series?) where series < Series(7, 0): 91
        case (.redis, let series?) where series < Series(8, 2): 86
        // 94 with the allocator of the C library; its ancestor takes 86 with jemalloc.
        case (.valkey, .some): 91
        default: 184
        }
    }

    /// Whether MEMORY USAGE counts such an entry as what it takes; all others count several times as much.
    package var countsPendingEntriesOnce: Bool {
        product == .valkey && isAtLeast(redis: Series(0, 0), valkey: Self.measuredValkey)
    }
}
