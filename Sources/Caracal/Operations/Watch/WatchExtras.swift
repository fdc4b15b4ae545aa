import RESP
import Redis

/// What a frame has of a stream beside its groups: the bytes it takes, and how many dead letters it has.
struct WatchExtras {
    private let usage: MemoryUsage
    private let dead: XLen

    init(stream: StreamDefinition, samples: Int) {
        usage = MemoryUsage(key: stream.key, samples: samples)
        dead = XLen(key: Array(stream.deadLetterName.utf8))
    }

    var commands: [Command] { [usage.command, dead.command] }

    /// Takes the replies to `commands`; nil for what the server would not say.
    func read(
        _ replies: inout ArraySlice<Reply>,
        of connection: any CommandChannel
    ) throws(RedisError) -> (bytes: UInt64?, dead: UInt64?) {
        let bytes = try connection.read(replies.removeFirst(), of: usage).value?.bytes
        return (bytes, try connection.read(replies.removeFirst(), of: dead).value)
    }
}
