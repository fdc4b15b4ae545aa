import ArgumentParser
import Caracal

/// The streams a command is about.
struct StreamArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The streams, with or without caracal. before them (default: all).", valueName: "stream"),
        completion: .list(StreamTable.all.map(\.shortName))
    )
    var names: [String] = []

    /// The named streams, or all of them.
    func resolve(allowsAny: Bool = false) throws(Failure) -> [StreamDefinition] {
        try StreamNames.resolve(names, allowsAny: allowsAny)
    }
}
