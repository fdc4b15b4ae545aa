import ArgumentParser
import Rendering
import Text

/// `caracalctl completion`
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        _superCommandName: Caracalctl.name,
        abstract: "Print the completion script of a shell. [reads]",
        discussion: """
            The packages install these scripts. Where there is no package, load the script when the shell starts.

              eval "$(caracalctl completion bash)"
              caracalctl completion zsh > "${fpath[1]}/_caracalctl"
              caracalctl completion fish | source
            """
    )

    @Argument(
        help: ArgumentHelp("The shell: bash, zsh or fish.", valueName: "shell"),
        completion: .list(CompletionShell.allCases.map(\.rawValue))
    )
    var shell: String

    func validate() throws {
        guard script != nil else {
            throw ValidationError("there is no script for \(TerminalText(shell)): the shells are bash, zsh and fish")
        }
    }

    func run() throws {
        try Output().write(asTheyAre: Array(script?.utf8 ?? "".utf8))
    }

    /// The script; nil for a shell that has none.
    private var script: String? { CompletionShell(rawValue: shell).map(CompletionScript.text) }
}
