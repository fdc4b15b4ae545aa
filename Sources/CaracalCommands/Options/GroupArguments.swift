import ArgumentParser
import Caracal
import Redis

/// The one stream and group a command changes.
struct GroupArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The stream, with or without caracal. before it.", valueName: "stream"),
        completion: .streams
    )
    var stream: String

    @Argument(help: ArgumentHelp("The consumer group.", valueName: "group"))
    var group: String

    /// The stream.
    func resolve(allowsAny: Bool) throws(Failure) -> StreamDefinition {
        try StreamNames.resolve(stream, allowsAny: allowsAny)
    }

    /// The group's name as bytes.
    var groupName: [UInt8] {
        Array(group.utf8)
    }
}

/// Exact ids on a command line: `ms-seq`, each of them once.
enum ExactIDs {
    /// The ids that are meant; a whole millisecond is not one entry.
    static func resolve(_ arguments: [EntryIDArgument]) throws -> [EntryID] {
        var ids: [EntryID] = []
        var seen: Set<EntryID> = []
        for argument in arguments {
            guard case .id(let id) = argument.value else {
                throw ValidationError("\(argument.value.text) is not the id of one entry: give it as ms-seq")
            }
            if seen.insert(id).inserted { ids.append(id) }
        }
        return ids
    }
}
