import Redis

extension ServerIdentity {
    /// What it is, in a word; nil when it did not say. By one of a cluster all of them are meant, whatever that one is.
    var standing: String? { mode == .cluster ? "cluster" : role?.rawValue }
}
