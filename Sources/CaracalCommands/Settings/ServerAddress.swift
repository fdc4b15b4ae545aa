import Redis

/// Where the server listens, or who knows where.
package enum ServerAddress: Sendable, Equatable {
    /// There.
    case server(Endpoint.Address)
    /// These Sentinels, of whom there is at least one, know under this name.
    case sentinels([Endpoint.Address], masterName: Setting<String>)
}
