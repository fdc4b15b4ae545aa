import RESP
import Redis

/// What `check` needs beside the groups, in one round trip: the lengths of the streams of dead letters, INFO memory, and whether
/// the server takes writes.
struct CheckLook {
    let streams: [StreamDefinition]

    /// A stream of dead letters and how many it holds. Nothing provisions most of them: one that is not there holds none.
    struct DeadLetters {
        let stream: StreamDefinition
        let count: Quantity
        /// Why the server would not tell; nil when it did.
        let refusal: Refusal?

        init(_ stream: StreamDefinition, _ answer: Result<UInt64, Refusal>) {
            self.stream = stream
            switch answer {
            case .success(let length): (count, refusal) = (.exact(length), nil)
            case .failure(let reason): (count, refusal) = (.unknown, reason)
            }
        }
    }

    private static let memory = Info("memory")

    /// Looks. A refusal leaves what it is about unknown; only where INFO is refused it asks again, CONFIG this time.
    func run(on connection: any CommandChannel) throws(RedisError) -> (
        deadLetters: [DeadLetters], memory: FullestServer, writes: [WriteReadiness]
    ) {
        let targets = deadLetters
        let lengths = targets.map { XLen(key: $0.key) }
        let writes = connection.isCluster ? [] : WriteReadiness.commands
        let replies = try connection.look(lengths.map(\.command) + [Self.memory.command] + writes)
        var found: [DeadLetters] = []
        for (index, target) in targets.enumerated() {
            found.append(DeadLetters(target, try connection.read(replies[index], of: lengths[index])))
        }
        let memory = try connection.read(replies[targets.count], of: Self.memory)
        var readiness: [WriteReadiness] = []
        for server in try connection.reachableMasters() {
            let own =
                connection.isCluster ? try server.pipeline(WriteReadiness.commands)[...] : replies.suffix(writes.count)
            let name = connection.isCluster ? server.endpoint.description : nil
            readiness.append(try WriteReadiness(own, of: server, name: name))
        }
        return (found, try FullestServer.find(on: connection, Self.memory, answer: memory), readiness)
    }

    /// The Audit service's stream, which is in the table, and what services and connectors add to a stream's name.
    private var deadLetters: [StreamDefinition] {
        SignatureTarget.deadLetters.map(\.stream).filter { target in
            streams.contains { $0 == target || $0.deadLetterName.utf8.elementsEqual(target.name.utf8) }
        }
    }
}
