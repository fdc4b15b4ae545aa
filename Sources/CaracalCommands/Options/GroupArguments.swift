import ArgumentParser
import Caracal

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
