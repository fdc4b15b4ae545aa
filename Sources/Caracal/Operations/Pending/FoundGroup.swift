import Redis

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
    ) throws(RedisError) -> Result<FoundGroup, StreamProblem> {
        let look = try StreamLook(streams: [stream], includesGroups: true).run(on: connection)
        let observed = look.streams[0]
        if case .refused(let refusal) = observed.state { throw connection.refused(refusal) }
        if let problem = observed.problem { return .failure(problem) }
        guard case .stream(let info, let groups) = observed.state, let group = groups.first(where: { $0.name == name })
        else { return .failure(.noGroup(stream, name)) }
        return .success(
            FoundGroup(stream: stream, info: info, group: group, now: look.now, timeRefusal: look.timeRefusal)
        )
    }
}
