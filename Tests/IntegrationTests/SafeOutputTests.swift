import TestSupport
import Testing

/// What a person reads is escaped by its type: these are the ways around it, and why each is there.
@Suite struct SafeOutputTests {
    /// Who writes bytes, which nothing escapes on their way.
    private static let bytes = [
        "Check/CheckRun.swift": "metrics",
        "Completion/CompletionCommand.swift": "a script of ours",
        "Completion/CompletionRequest.swift": "words that the shell's script puts into the line, quoted",
        "DeadLetters/DLQExportCommand.swift": "JSON",
        "Exporter/ExporterCommand.swift": "YAML and JSON of ours",
        "Find/FoundEntryWriter.swift": "JSON, and the lines of tail",
        "Output/Output.swift": "the bytes of a ScreenText",
        "Output/ReceiptWriter.swift": "JSON",
        "Pending/PendingRun.swift": "JSON and CSV",
        "Report/ReportFiles.swift": "HTML and Markdown, which have types of their own",
        "Sandbox/SandboxCommand.swift": "a configuration for redis-server",
        "Sandbox/SandboxInBackground.swift": "a script for eval, its values quoted",
        "Sandbox/SandboxRun.swift": "the URL of a server of our own, for scripts",
        "Session/BusCommand.swift": "a report in the format that was asked for",
        "Session/Invocation.swift": "help, scripts that complete words, and the version",
        "Session/Session.swift": "a report in the format that was asked for",
        "Tail/TailRun.swift": "JSON, and lines with the text of --format, which is as it was typed",
        "VerifySig/VerdictLines.swift": "JSON",
        "Watch/WatchLines.swift": "JSON",
    ]

    @Test func whoWritesBytesIsKnown() throws {
        let folder = "Sources/CaracalCommands"
        let writers = try Self.sources(in: folder).filter { $0.text.contains("(asTheyAre") }.map(\.path)
        #expect(writers.sorted() == Self.bytes.keys.map { "\(folder)/\($0)" }.sorted())
    }

    /// A line of a command's own would be written beside the types.
    @Test func nobodyElseWrites() throws {
        let calls = [" print(", "puts(", "write(STD", "write(terminal", "write(1,", "write(2,", "stdout)", "stderr)"]
        let strays = try Self.sources(in: "Sources").flatMap { path, text in
            text.split(separator: "\n").filter { line in calls.contains(where: line.contains) }
                .map { "\(path): \($0.drop { $0 == " " })" }
        }
        #expect(
            strays.sorted() == [
                "Sources/CaracalCommands/Output/Progress.swift: _ = write(STDERR_FILENO, text.bytes, text.bytes.count)",
                "Sources/CaracalCommands/Settings/PasswordPrompt.swift: write(terminal, \"Redis password: \", 16)",
            ]
        )
    }

    /// `Output` takes no `String`, and no `ScreenText` is made of one outside its module: a literal is a `StaticString`.
    @Test func noStringIsWrittenForAPerson() throws {
        let output = try Repository.text("Sources/CaracalCommands/Output/Output.swift")
        let writers = Self.lines(of: output, with: ["func write(", "func note(", "func prompt(", "func page("])
        #expect(
            writers == [
                "func write(_ text: ScreenText) throws {", "func write(asTheyAre bytes: [UInt8]) throws {",
                "static func note(_ line: TerminalText) {", "static func prompt(_ question: TerminalText) {",
                "static func page(_ text: ScreenText) {",
                "private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {",
            ]
        )
        let text = try Repository.text("Sources/Rendering/ScreenText.swift")
        #expect(
            Self.lines(of: text, with: ["package init("]) == [
                "package init(_ text: TerminalText) { self.init(safe: text.text) }",
                "package init(stringLiteral words: StaticString) {",
                "package init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }",
                "package init(literalCapacity: Int, interpolationCount: Int) {",
            ]
        )
        #expect(text.contains("package internal(set) var bytes"), "only its own module writes into it")
    }

    // MARK: Sources

    private static func lines(of text: String, with parts: [String]) -> [String] {
        text.split(separator: "\n").map { String($0.drop { $0 == " " }) }
            .filter { line in parts.contains(where: line.contains) }
    }

    private static func sources(in folder: String) throws -> [(path: String, text: String)] {
        try Repository.files(in: folder).filter { $0.hasSuffix(".swift") }.map { ($0, try Repository.text($0)) }
    }
}
