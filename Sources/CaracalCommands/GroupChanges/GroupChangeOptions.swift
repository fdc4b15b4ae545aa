import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

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
    func resolve(allowsAny: Bool) throws(CommandError) -> StreamDefinition {
        try StreamNames.resolve(stream, allowsAny: allowsAny)
    }

    /// The group's name as bytes.
    var groupName: [UInt8] {
        Array(group.utf8)
    }
}

/// What commands share that change what an operator names.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Change nothing; show what would be changed.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask for confirmation; required without a terminal.")
    var yes = false

    @Flag(help: "Accept a stream name that is not in the provisioning table.")
    var anyStream = false
}

/// Exact ids on a command line: `ms-seq`, each of them once.
enum ExactIDs {
    /// The ids that are meant; a whole millisecond is not one entry.
    static func resolve(_ texts: [String]) throws -> [EntryID] {
        var ids: [EntryID] = []
        var seen: Set<EntryID> = []
        for text in texts {
            guard let id = EntryID(Array(text.utf8)) else {
                throw ValidationError("\(TerminalText(text)) is not the id of one entry: give it as ms-seq")
            }
            if seen.insert(id).inserted { ids.append(id) }
        }
        return ids
    }
}
