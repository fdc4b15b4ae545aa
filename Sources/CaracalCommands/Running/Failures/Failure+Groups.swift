import Caracal
import Redis
import Rendering
import Text

/// Why an operation on a group or a stream came to nothing, and what mends it.
extension Failure {
    /// - Parameter target: the server, as messages name it.
    init(_ refusal: GroupRefusal, by target: String) {
        switch refusal {
        case .noStream(let stream): self.init(missing: stream)
        case .otherType(let stream, let type): self.init(stream, isA: type)
        case .noGroup(let stream, let group):
            self.init(.finding, NoGroup.text(stream: stream, group: group))
        case .noConsumer(let stream, let group, let consumer):
            self.init(
                .finding,
                "there is no consumer \(consumer) in \(group) on \(stream.key), and nothing was sent "
                    + "(--create-consumer creates it)"
            )
        case .unknownConsumer(let stream, let group, let consumer):
            self.init(
                .finding,
                "there is no consumer \(consumer) in \(group) on \(stream.key) (caracalctl pending lists them)"
            )
        case .replica: self.init(replica: target)
        }
    }

    /// - Parameter target: the server, as messages name it.
    init(_ refusal: TrimRefusal, by target: String) {
        switch refusal {
        case .noStream(let stream): self.init(missing: stream)
        case .otherType(let stream, let type): self.init(stream, isA: type)
        case .noGroups(let stream):
            self.init(
                .finding,
                "\(stream.name) has no groups, so nothing says which entries are done with "
                    + "(--force trims it to its bound); nothing was sent"
            )
        case .noBound(let stream):
            self.init(.usage, "\(stream.name) has no bound to trim it to; nothing was sent")
        case .replica: self.init(replica: target)
        }
    }

    private init(missing stream: StreamDefinition) {
        self.init(.finding, "\(stream.name) does not exist\(stream.creationAdvice)")
    }

    private init(_ stream: StreamDefinition, isA type: OtherType) {
        self.init(.finding, "\(stream.name) is not a stream: it holds \(type.text)")
    }

    /// Nothing can be written there.
    init(replica target: String) {
        self.init(.refusedForNow, "\(target) is a replica, and nothing was sent (connect to the master)")
    }
}
