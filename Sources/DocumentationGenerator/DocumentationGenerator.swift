import ArgumentParser
import CaracalCommands
import FoundationEssentials

/// Writes the completion scripts and the manual from the command definitions, the same bytes at every run.
@main
struct DocumentationGenerator: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write completions/ and man/ from the command definitions."
    )

    @Argument(help: "The folder that holds completions/ and man/.", completion: .directory)
    var outputDirectory: String

    func run() throws {
        let folder = OutputFolder(path: outputDirectory)
        try folder.replace("completions", with: completions)
        try folder.replace("man", with: ManualPage.all(of: CommandDescription.root))
    }

    private var completions: [String: String] {
        let scripts = CompletionShell.allCases.map {
            (CompletionScript.fileName(for: $0), CompletionScript.text(for: $0))
        }
        return Dictionary(uniqueKeysWithValues: scripts)
    }
}

/// The folder that generated files are written to.
private struct OutputFolder {
    let path: String

    /// Writes `files`, text by name, into the folder `name`, and removes what an earlier run left there for a command that
    /// is gone.
    func replace(_ name: String, with files: [String: String]) throws {
        let folder = "\(path)/\(name)"
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for stale in try manager.contentsOfDirectory(atPath: folder) where isOurs(stale) && files[stale] == nil {
            try manager.removeItem(atPath: "\(folder)/\(stale)")
        }
        for (file, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(file)")) }
    }

    private func isOurs(_ file: String) -> Bool {
        // Pages of section 7 are written by hand.
        !file.hasSuffix(".7") && (file.hasPrefix("caracalctl") || file == "_caracalctl")
    }
}
