import Redis

/// An error of the server: it read the statement, and did not carry it out.
package struct PostgresRefusal: Sendable, Equatable {
    /// Its SQLSTATE: five digits and upper-case letters, the same in every language and version.
    package let state: String
    /// What the server said, in its own language: bytes from the network, to be escaped before they are shown. It names the table
    /// where a right on it is lacking.
    package let message: [UInt8]
    /// What is wrong, by the SQLSTATE.
    package let kind: Kind
    /// The table or column of our statement that the server stumbled over, as the statement has it: `event_outbox`,
    /// `e.locked_by`. nil where the server gives no position.
    package let name: String?
    /// Whether the server ended the connection with it.
    package let endsConnection: Bool

    /// - Parameters:
    ///   - position: the character of `statement`, from 1, that the server points at.
    package init(
        state: String,
        message: [UInt8],
        endsConnection: Bool = false,
        statement: String = "",
        position: Int? = nil
    ) {
        self.state = state
        self.message = message
        self.endsConnection = endsConnection
        kind = Kind(state)
        name = position.flatMap { Self.name(in: statement, at: $0) }
    }

    /// What the server said as it may be shown, still unescaped: without the passwords that this process sends.
    package var shownMessage: [UInt8] { SentSecrets.masked(message) }

    private static func name(in statement: String, at position: Int) -> String? {
        guard position > 0 else { return nil }
        let name = statement.unicodeScalars.dropFirst(position - 1).prefix { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || ["_", ".", "\""].contains(scalar)
        }
        return name.isEmpty ? nil : String(name)
    }
}

extension PostgresRefusal {
    /// What an error is about, for those whose remedy differs.
    package enum Kind: Sendable, Equatable {
        /// Class 28: the user, the password, or pg_hba.conf.
        case authentication
        /// 3D000: there is no such database.
        case noDatabase
        /// 42501: the role lacks a right on a table, a column or the database.
        case notPermitted
        /// 42P01
        case undefinedTable
        /// 42703
        case undefinedColumn
        /// 57014: `statement_timeout` has passed, or somebody cancelled the statement.
        case cancelled
        /// 57P03: the server starts up, shuts down, or recovers.
        case notReady
        /// 57P01, 57P02, 57P04, 57P05: the server, or somebody on it, ended the connection.
        case terminated
        /// 53300: all of the server's connections are taken.
        case tooManyConnections
        /// Classes 53 and 54: disk or memory is full.
        case resources
        /// 25006: a standby, or a read-only session.
        case readOnly
        /// 40001, 40P01, 55P03: another transaction stood in the way; the same may work again.
        case conflict
        /// 08P01 at the start: the server, or a pooler before it, does not take a setting of the session.
        case startupParameter
        /// Anything else.
        case other

        init(_ state: String) {
            switch state {
            case "3D000": self = .noDatabase
            case "42501": self = .notPermitted
            case "42P01": self = .undefinedTable
            case "42703": self = .undefinedColumn
            case "57014": self = .cancelled
            case "57P03": self = .notReady
            case "57P01", "57P02", "57P04", "57P05": self = .terminated
            case "53300": self = .tooManyConnections
            case "25006": self = .readOnly
            case "40001", "40P01", "55P03": self = .conflict
            case "08P01": self = .startupParameter
            case _ where state.hasPrefix("28"): self = .authentication
            case _ where state.hasPrefix("53") || state.hasPrefix("54"): self = .resources
            default: self = .other
            }
        }
    }
}
