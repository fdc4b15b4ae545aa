import RESP

/// `CONFIG GET pattern`: settings of the server. Several patterns at once need Redis 7; managed servers often refuse it.
package struct ConfigGet: Request {
    /// A setting's name, or a glob over several.
    package let pattern: String

    /// Asks for settings.
    package init(_ pattern: String) {
        self.pattern = pattern
    }

    package var command: Command {
        Command("CONFIG", "GET", pattern).reading()
    }

    package func read(_ reply: ReplyValue) -> ConfigValues? {
        reply.pairs.map { ConfigValues($0) }
    }
}

/// Settings of a server, by name.
package struct ConfigValues: Sendable, Equatable {
    private var values: [[UInt8]: [UInt8]] = [:]

    /// No settings.
    package init() {}

    /// These settings.
    package init(_ values: [String: String]) {
        for (name, value) in values { self.values[Array(name.utf8)] = Array(value.utf8) }
    }

    init(_ pairs: ReplyPairs) {
        for (name, value) in pairs {
            if let name = name.text, let value = value.text { values[Array(name)] = Array(value) }
        }
    }

    /// A setting as the server writes it; nil when it has none of that name.
    package func bytes(_ name: String) -> [UInt8]? {
        values[Array(name.utf8)]
    }

    /// A whole number, digits only; nil for anything else.
    package func unsigned(_ name: String) -> UInt64? {
        bytes(name).flatMap { PlainNumber.unsigned($0) }
    }
}
