import Redis

extension CommandChannel {
    /// Those of the streams that a server holds, there or not.
    ///
    /// - Parameter server: one of `masters()`.
    func streams(_ streams: [StreamDefinition], heldBy server: Connection) throws(RedisError) -> [StreamDefinition] {
        var held: [StreamDefinition] = []
        for stream in streams where !isLost(stream.key) {
            if try connection(for: stream.key) === server { held.append(stream) }
        }
        return held
    }
}
