/// The Sentinels that watch over a master, and how to be let in by them and by it. Describing them shows no password.
package struct Sentinels: Sendable, Equatable, CustomStringConvertible {
    /// Where they listen, each with their own credentials: those of the master are not for them.
    package var endpoints: [Endpoint]
    /// The name under which they know the master.
    package var masterName: String
    /// The master's database; Caracal's streams live in 0.
    package var database: Int
    /// Who to be on the master; nil to send no AUTH.
    package var credentials: Credentials?
    /// How to speak TLS with the master; nil to speak in the clear.
    package var tls: TLSPolicy?

    /// The port of a Sentinel, unless another is given.
    package static let standardPort: UInt16 = 26_379

    /// Puts them together.
    package init(
        endpoints: [Endpoint],
        masterName: String,
        database: Int = 0,
        credentials: Credentials? = nil,
        tls: TLSPolicy? = nil
    ) {
        self.endpoints = endpoints
        self.masterName = masterName
        self.database = database
        self.credentials = credentials
        self.tls = tls
    }

    /// The master, once its address is known.
    func master(at address: Endpoint.Address) -> Endpoint {
        Endpoint(address: address, database: database, credentials: credentials, tls: tls)
    }

    /// `master mymaster of 10.0.0.1:26379, 10.0.0.2:26379`
    package var description: String {
        "master \(masterName) of \(endpoints.map(\.description).joined(separator: ", "))"
    }
}
