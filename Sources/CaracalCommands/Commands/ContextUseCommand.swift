import ArgumentParser

/// `caracalctl context use`
struct ContextUseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use",
        abstract: "Set the default context.",
        discussion: """
            The default context is used when neither an option nor the environment names a server.

              caracalctl context use prod
              caracalctl context use --none
            """
    )

    @Argument(help: ArgumentHelp("The context.", valueName: "name"))
    var name: String?

    @Flag(help: "Stop using a context.")
    var none = false

    func validate() throws {
        if none == (name != nil) { throw ValidationError("name a context, or say --none: one of the two") }
    }

    func run() throws {
        try ContextStore(.process).change { file in
            if let name { _ = try file.named(name, by: "context use") }
            return file.current == name ? nil : try file.using(name)
        }
    }
}
