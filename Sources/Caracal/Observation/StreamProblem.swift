import Redis
import Text

/// Why a command cannot work on a stream, on one of its groups or on a consumer. Nothing was sent to change anything.
package enum StreamProblem: Error, Sendable, Equatable {
    /// There is no such stream.
    case missing(StreamDefinition)
    /// The key holds something else.
    case otherType(StreamDefinition, OtherType)
    /// The server would not say.
    case refused(StreamDefinition, Refusal)
    /// The stream has no such group: its consumers get NOGROUP.
    case noGroup(StreamDefinition, [UInt8])
    /// The group has no such consumer, and it was not asked for to be created.
    case noConsumer(StreamDefinition, group: [UInt8], consumer: [UInt8], successors: Successors)
    /// Nobody said which consumer is to take entries over.
    case unnamedConsumer(StreamDefinition, group: [UInt8], successors: Successors)
    /// The group has no such consumer, and only its entries were to be shown.
    case unknownConsumer(StreamDefinition, group: [UInt8], consumer: [UInt8])
    /// The stream has no groups, so nothing says which entries are done with.
    case noGroups(StreamDefinition)
    /// It holds dead letters, of which a trimming would remove this many.
    case deadLetters(StreamDefinition, Quantity)
    /// The table has no bound for it.
    case noBound(StreamDefinition)
    /// The group is there already.
    case groupExists(StreamDefinition, GroupInfo)
    /// An id or a time that lies behind everything that was ever added.
    case beyondEnd(StreamDefinition, EntryID, last: EntryID)
    /// The group is one of the table: its service needs it.
    case groupOfTable(StreamDefinition, [UInt8])
    /// The group has entries pending, this many: they would be forgotten.
    case groupHolds(StreamDefinition, [UInt8], UInt64)
    /// Entries went away during every look at it, so that none of them holds.
    case changing(StreamDefinition)
    /// The server is a replica: it takes no writes.
    case replica

    /// One sentence, with what helps.
    ///
    /// - Parameter server: the server, as messages name it.
    package func text(at server: String = "the server") -> TerminalText {
        switch self {
        case .missing(let stream): "\(stream.name) does not exist\(stream.creationAdvice)"
        case .otherType(let stream, let type): "\(stream.name) is not a stream: it holds \(type.text)"
        case .refused(let stream, let refusal): "\(stream.name): \(refusal.text)"
        case .noGroup(let stream, let group):
            "the group \(group) does not exist on \(stream.name)\(Self.advice(stream, group))"
        case .noConsumer(let stream, let group, let consumer, let successors):
            "there is no consumer \(consumer) in \(group) on \(stream.key), and nothing was sent "
                + "(\(successors.text.map { "heard of last: \($0); " } ?? "")--create-consumer creates it)"
        case .unnamedConsumer(let stream, let group, let successors):
            "--to names the consumer that takes the entries over, and nothing was sent "
                + (successors.text.map { "(heard of last in \(group) on \(stream.key): \($0))" }
                    ?? "(no consumer of \(group) on \(stream.key) is there to take them: start one)")
        case .unknownConsumer(let stream, let group, let consumer):
            "there is no consumer \(consumer) in \(group) on \(stream.key) (caracalctl pending lists them)"
        case .noGroups(let stream):
            "\(stream.name) has no groups, so nothing says which entries are done with (--force trims it to its bound); "
                + "nothing was sent"
        case .deadLetters(let stream, let count):
            "\(Words.deadLetters(count)) of \(stream.name) would go, exported or not; nothing was sent (caracalctl dlq export "
                + "first, then caracalctl dlq purge removes what it holds\(stream.bound == nil ? "" : "; --force trims"))"
        case .noBound(let stream): "\(stream.name) has no bound to trim it to; nothing was sent"
        case .groupExists(let stream, let group):
            "the group \(group.name) exists on \(stream.name) already, at \(group.lastDeliveredID); nothing was sent "
                + "(caracalctl group seek moves it)"
        case .beyondEnd(let stream, let id, let last):
            "\(id) lies behind the last id of \(stream.name), \(last), and the group would be given nothing before ids come "
                + "that far; nothing was sent (end is where new entries begin)"
        case .groupOfTable(let stream, let group):
            "\(group) is a group that \(stream.name) must have: its consumers would get NOGROUP; nothing was sent "
                + "(--force removes it all the same)"
        case .groupHolds(let stream, let group, let count):
            "\(group) on \(stream.name) has \(Words.entries(count)) pending, which nobody would be given again; nothing was "
                + "sent (caracalctl pending shows them, --force removes the group all the same)"
        case .changing(let stream):
            "entries of \(stream.name) were removed each of the \(Words.number(RetryLimit.looks)) times it was looked at; "
                + "nothing was sent (try again when nobody else trims it)"
        case .replica: "\(server) is a replica, and nothing was sent (connect to the master)"
        }
    }

    private static func advice(_ stream: StreamDefinition, _ group: [UInt8]) -> TerminalText {
        if let definition = stream.groups.first(where: { group.elementsEqual($0.name.utf8) }) {
            return definition.hasPublicConsumer
                ? ": its consumers get NOGROUP (\(stream.provisioning) creates it; then see that they come back)"
                : ": no public service reads through it, others get NOGROUP (\(stream.provisioning) creates it)"
        }
        let names = stream.groups.map(\.name).joined(separator: ", ")
        return names.isEmpty ? "" : " (the table has \(names))"
    }
}

/// Of which type a key is that holds no stream, as far as TYPE tells.
package enum OtherType: Sendable, Equatable {
    /// The server's word for it, such as `string`.
    case known(String)
    /// The server would not say.
    case refused(Refusal)

    init(_ answer: Result<String, Refusal>) {
        switch answer {
        case .success(let name): self = .known(name)
        case .failure(let refusal): self = .refused(refusal)
        }
    }

    /// What the key holds, to follow on "it holds".
    package var text: TerminalText {
        switch self {
        case .known(let name): "a \(name)"
        case .refused(let refusal): "a different type (which one is not known: \(refusal.text))"
        }
    }
}
