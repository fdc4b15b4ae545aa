import ArgumentParser

/// `caracalctl context rm`
struct ContextRmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove a context.",
        discussion: """
            The files it names are not deleted. If it was the default, there is no default context afterwards.

              caracalctl context rm staging
            """
    )

    @Argument(help: ArgumentHelp("The context.", valueName: "name"))
    var name: String

    func run() throws {
        try ContextStore(.process).change { file in
            _ = try file.named(name, by: "context rm")
            return try file.removing(name)
        }
    }
}
