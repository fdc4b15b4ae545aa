import ArgumentParser
import Text

/// `caracalctl context show`
struct ContextShowCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the settings of a context.",
        discussion: """
            Without a name, the one in use.

              caracalctl context show prod
            """
    )

    @Argument(help: ArgumentHelp("The context.", valueName: "name"))
    var name: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func run(_ output: OutputSettings) throws {
        let file = try ContextStore(.process).read()
        guard let name = name ?? file.current else {
            throw Failure(.finding, "no context is in use (caracalctl context use NAME)")
        }
        let context = try file.named(name, by: "context show")
        try present(ContextPresentation(file: file, contexts: [context], isDetailed: true), output)
    }
}
