import RESP
import Redis

/// What `check` needs beside the groups: the lengths of the streams of dead letters, INFO memory, and whether the server takes
/// writes. It is asked in the round trip that looks at the streams.
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

    /// What is sent; one reply is due for each. Of a cluster each server is asked by itself whether it takes writes.
    func commands(isCluster: Bool) -> [Command] {
        deadLetters.map { XLen(key: $0.key).command } + [Self.memory.command]
            + (isCluster ? [] : WriteReadiness.commands)
    }

    /// Reads the replies to `commands`. A refusal leaves what it is about unknown; only where INFO is refused it asks again, CONFIG
    /// this time.
    func read(_ replies: ArraySlice<Reply>, of connection: any CommandChannel) throws(RedisError) -> (
        deadLetters: [DeadLetters], memory: FullestServer, writes: [WriteReadiness]
    ) {
        var rest = replies
        var found: [DeadLetters] = []
        for target in deadLetters {
            found.append(DeadLetters(target, try connection.read(rest.removeFirst(), of: XLen(key: target.key))))
        }
        let memory = try connection.read(rest.removeFirst(), of: Self.memory)
        var readiness: [WriteReadiness] = []
        for server in try connection.reachableMasters() {
            let own = connection.isCluster ? try server.pipeline(WriteReadiness.commands)[...] : rest
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
