/// How many keys a database holds, by INFO: exact, and nothing is read for it.
package struct DatabaseKeys: Sendable, Equatable {
    /// The database.
    package let number: Int
    /// All its keys.
    package let keys: UInt64
    /// Those that go by themselves one day.
    package let expiring: UInt64

    /// Those that stay until somebody removes them.
    package var lasting: UInt64 { keys - min(keys, expiring) }

    /// Reads `INFO keyspace`: a line for each database that holds something.
    package static func all(_ info: InfoFields) -> [DatabaseKeys] {
        info.all.compactMap { DatabaseKeys($0.key, $0.value) }.sorted { $0.number < $1.number }
    }

    /// `db1` and `keys=226088,expires=0,avg_ttl=0`; nil for anything else.
    private init?(_ name: [UInt8], _ line: [UInt8]) {
        guard name.starts(with: "db".utf8), let number = PlainNumber.unsigned(name.dropFirst(2)),
            let keys = Self.figure("keys=", line), let expiring = Self.figure("expires=", line)
        else { return nil }
        self.init(number: Int(clamping: number), keys: keys, expiring: expiring)
    }

    package init(number: Int, keys: UInt64, expiring: UInt64) {
        self.number = number
        self.keys = keys
        self.expiring = expiring
    }

    private static func figure(_ name: String, _ line: [UInt8]) -> UInt64? {
        line.split(separator: UInt8(ascii: ",")).first { $0.starts(with: name.utf8) }
            .flatMap { PlainNumber.unsigned($0.dropFirst(name.utf8.count)) }
    }
}
