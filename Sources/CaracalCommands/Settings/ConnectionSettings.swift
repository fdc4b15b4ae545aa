import Redis

/// How to reach the server, each value with its origin.
package struct ConnectionSettings: Sendable, Equatable {
    /// Where the server listens.
    package var address: Setting<Endpoint.Address>
    /// The database.
    package var database: Setting<Int>
    /// The ACL user; nil for the default user.
    package var user: Setting<String>?
    /// The password; nil to send none.
    package var password: Setting<Secret>?
    /// How TLS is spoken, if it is.
    package var tls: TLSSettings
    /// How long connecting may take.
    package var connectTimeout: Setting<Duration>
    /// How long a reply may take.
    package var commandTimeout: Setting<Duration>
    /// What is allowed, and still worth a word.
    package var warnings: [SettingsWarning]
    /// When everything must be over; nil for no such moment.
    package var end: Deadline?

    /// What there is to connect to.
    package var deployment: Deployment { .server(endpoint) }

    /// The server, as the connection to it is opened.
    package var endpoint: Endpoint {
        let needsLogin = user != nil || password != nil
        let credentials = Credentials(user: user?.value, password: password?.value ?? Secret([]))
        return Endpoint(
            address: address.value,
            database: database.value,
            credentials: needsLogin ? credentials : nil,
            tls: tls.policy
        )
    }

    /// What the connection waits with.
    package var timeouts: Timeouts {
        Timeouts(connect: connectTimeout.value, command: commandTimeout.value, end: end)
    }
}

/// A setting that is used as it is, and may not be meant.
package struct SettingsWarning: Sendable, Equatable {
    /// A stable name for scripts.
    package let code: String
    /// One sentence.
    package let message: String
}
