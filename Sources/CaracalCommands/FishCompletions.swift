import ArgumentParser

/// The completion script of fish, as it has to be.
package enum FishCompletions {
    /// The whole script.
    package static var script: String { corrected(Caracalctl.completionScript(for: .fish)) }

    /// Whether a page is such a script.
    static func isScript(_ page: String) -> Bool { page.contains("complete -c 'caracalctl'") }

    /// fish expands the words it offers as values, so a dollar sign among them stands behind a backslash. The argument parser
    /// leaves it out, which is an error at the first Tab. `-h` is a short name there.
    static func corrected(_ script: String) -> String {
        let named = script.replacing("-o 'h' -l 'help'", with: "-s 'h' -l 'help'")
            .replacing("'version' 'help'\n", with: "'version' 'h/help'\n")
        return named.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let parts = line.split(separator: "fka '", maxSplits: 1)
            guard parts.count == 2 else { return String(line) }
            return parts[0] + "fka '" + parts[1].flatMap { $0 == "$" ? ["\\", $0] : [$0] }
        }.joined(separator: "\n")
    }
}
