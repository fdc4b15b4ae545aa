import Caracal
import Redis
import Text

/// How to reach the server, each value with its origin.
package struct ConnectionSettings: Sendable, Equatable {
    /// Where the server listens, or who knows where.
    package var address: Setting<ServerAddress>
    /// Whether an option gives the port of a server that something else names.
    var hasPortOption = false
    /// Who to be on the Sentinels, where there are any.
    package var sentinelLogin = SentinelLogin()
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
    package var warnings: [Finding]
    /// When everything must be over; nil for no such moment.
    package var end: Deadline?

    /// What there is to connect to.
    package var deployment: Deployment {
        switch address.value {
        case .server(let address):
            .server(
                Endpoint(
                    address: address,
                    database: database.value,
                    credentials: credentials,
                    tls: tls.policy,
                    namedBy: namedBy
                )
            )
        case .sentinels(let addresses, let masterName):
            .sentinels(
                Sentinels(
                    endpoints: addresses.map {
                        Endpoint(address: $0, credentials: sentinelLogin.credentials, tls: tls.policy, namedBy: namedBy)
                    },
                    masterName: masterName.value,
                    database: database.value,
                    credentials: credentials,
                    tls: tls.policy
                )
            )
        }
    }

    /// Who named the address, as errors tell it; nil for the default, which nobody named.
    private var namedBy: String? {
        if case .option(let name) = address.origin { return name }
        if hasPortOption { return "--port and \(address.origin)" }
        return address.origin == .standard ? nil : address.origin.description
    }

    private var credentials: Credentials? {
        guard user != nil || password != nil else { return nil }
        return Credentials(user: user?.value, password: password?.value ?? Secret([]))
    }

    /// What the connection waits with.
    package var timeouts: Timeouts {
        Timeouts(connect: connectTimeout.value, command: commandTimeout.value, end: end)
    }
}

extension Finding {
    /// A password's file that is open to others.
    static func openPasswordFile(_ origin: Origin) -> Finding {
        Finding(
            .passwordFileReadable,
            .warning,
            "the file in \(origin) can be read by others than its owner: chmod 600 it"
        )
    }
}
