import Redis

/// Why a group could not be worked on; nothing was sent to change it.
package enum GroupRefusal: Error, Sendable, Equatable {
    /// There is no such stream.
    case noStream(StreamDefinition)
    /// The key holds something else.
    case otherType(StreamDefinition, OtherType)
    /// The stream has no such group.
    case noGroup(StreamDefinition, [UInt8])
    /// The group has no such consumer, and it was not asked for to be created.
    case noConsumer(StreamDefinition, group: [UInt8], consumer: [UInt8])
    /// The group has no such consumer, and only its entries were to be shown.
    case unknownConsumer(StreamDefinition, group: [UInt8], consumer: [UInt8])
    /// The server is a replica: it takes no writes.
    case replica
}

/// A group that is there, and its stream.
package struct FoundGroup: Sendable, Equatable {
    /// The stream.
    package let stream: StreamDefinition
    /// What the server says of it.
    package let info: StreamInfo
    /// What the server says of the group.
    package let group: GroupInfo
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// Why it would not.
    let timeRefusal: Refusal?

    /// Looks for a group in one round trip.
    static func find(
        _ stream: StreamDefinition,
        group name: [UInt8],
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<FoundGroup, GroupRefusal> {
        let look = try StreamLook(streams: [stream], includesGroups: true).run(on: connection)
        switch look.streams[0].state {
        case .missing: return .failure(.noStream(stream))
        case .otherType(let type): return .failure(.otherType(stream, type))
        case .refused(let refusal): throw connection.refused(refusal)
        case .stream(let info, let groups):
            guard let group = groups.first(where: { $0.name == name }) else { return .failure(.noGroup(stream, name)) }
            return .success(
                FoundGroup(stream: stream, info: info, group: group, now: look.now, timeRefusal: look.timeRefusal)
            )
        }
    }
}
