import ArgumentParser

/// `caracalctl context ls`
struct ContextLsCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the contexts.",
        discussion: """
            The one in use is marked with *.

              caracalctl context ls
              caracalctl context ls -o json
            """
    )

    @OptionGroup(title: "Output") var output: OutputOptions

    func run(_ output: OutputSettings) throws {
        let file = try ContextStore(.process).read()
        try present(ContextPresentation(file: file, contexts: file.contexts), output)
    }
}
