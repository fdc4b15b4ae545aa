import TestSupport

/// An example of a page of help, as it is shown there.
struct HelpExample {
    /// The lines, with the backslashes that join them.
    let text: String
    /// Whether each command in it only reads, or writes to a server of its own.
    let reads: Bool

    /// Whether it runs until Ctrl-C.
    var isEndless: Bool {
        text.contains("caracalctl tail") && !text.contains("--no-follow")
            || text.contains("caracalctl watch") && !text.contains("--count") && !text.contains("--limit")
            || startsSandbox && !text.contains(" -- ") && !text.contains("--print-config")
                && !text.contains("--env") && !text.contains("--stop")
    }

    /// Whether it starts a sandbox of its own.
    var startsSandbox: Bool { text.contains("caracalctl sandbox") }

    /// Whether it serves until a signal comes, whether there is a server or not.
    private var serves: Bool { text.contains("caracalctl exporter") && !text.contains("--print-") }

    /// Whether it needs what only the reader has: a context, the shell that it sets up, or somebody who ends it.
    var needsReader: Bool {
        serves
            || ["--context", "caracalctl completion", "sandbox --demo --env", "sandbox --env", "sandbox --stop"]
                .contains(where: text.contains)
    }

    /// With waits that a test need not have, files in the working folder, and none that is in the way.
    var prepared: String {
        let waits = text.replacing("--rate 10s", with: "--rate 1s").replacing("/var/lib/node_exporter/", with: "")
            .replacing("dispatch --follow", with: "dispatch --once")
        if text.contains("dlq export --to") { return "rm -f dead.ndjson; \(waits)" }
        return text.contains("report --") ? "rm -f report.html recorded.html; \(waits)" : waits
    }

    /// The examples of every page.
    static func all() throws -> [HelpExample] {
        let root = try page([])
        var pages: [[String]: [String]] = [[]: root]
        for name in names(root.filter { $0.hasPrefix("  ") }) {
            pages[[name]] = try page([name])
            for below in names(block("Commands:", of: pages[[name]] ?? [])) {
                pages[[name, below]] = try page([name, below])
            }
        }
        let writing = Set(
            pages.filter { $0.value.prefix { !$0.isEmpty }.joined(separator: " ").contains("[writes]") }.keys
        )
        var seen: Set<String> = []
        let all = pages.keys.sorted { $0.joined(separator: " ") < $1.joined(separator: " ") }.flatMap { words in
            joined(block("Examples:", of: pages[words] ?? [])).map { text in
                let written = writing.contains { text.contains("caracalctl \($0.joined(separator: " "))") }
                return HelpExample(text: text, reads: !written)
            }
        }
        return all.filter { seen.insert($0.text).inserted }
    }

    private static func page(_ words: [String]) throws -> [String] {
        try CommandRunner().run(["help"] + words).stdout
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The lines below a title, up to the next empty one, without the two blanks before them.
    private static func block(_ title: String, of page: [String]) -> [String] {
        page.drop { $0 != title }.dropFirst().prefix { $0.hasPrefix("  ") }.map { String($0.dropFirst(2)) }
    }

    /// What a list names: what is indented further goes on with the line before.
    private static func names(_ lines: [String]) -> [String] {
        lines.compactMap { line in
            let name = line.hasPrefix("  ") ? line.dropFirst(2) : line[...]
            return name.hasPrefix(" ") ? nil : name.split(separator: " ").first.map(String.init)
        }
    }

    private static func joined(_ lines: [String]) -> [String] {
        lines.reduce(into: []) { examples, line in
            if let last = examples.indices.last, line.hasPrefix(" ") {
                examples[last] += "\n\(line)"
            } else {
                examples.append(line)
            }
        }
    }
}
