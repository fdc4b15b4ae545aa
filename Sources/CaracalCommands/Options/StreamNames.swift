import ArgumentParser
import Caracal
import Rendering
import Text

/// Turns the stream names of a command line into streams of the table.
enum StreamNames {
    /// All streams when none is named; `caracal.` may be left out. An unknown name fails with the nearest one, unless any
    /// stream is allowed: then it is a key as it stands.
    static func resolve(_ names: [String], allowsAny: Bool = false) throws(CommandError) -> [StreamDefinition] {
        guard !names.isEmpty else { return StreamTable.all }
        var streams: [StreamDefinition] = []
        for name in names {
            let stream = try resolve(name, allowsAny: allowsAny)
            if !streams.contains(stream) { streams.append(stream) }
        }
        return streams
    }

    /// The key of the stream of that name, or of the dead letters beside one: `NAME.dead`.
    static func key(of name: String, allowsAny: Bool = false) throws(CommandError) -> [UInt8] {
        guard name.hasSuffix(StreamTable.deadLetterSuffix) else { return try resolve(name, allowsAny: allowsAny).key }
        let source = String(name.dropLast(StreamTable.deadLetterSuffix.count))
        return Array(try resolve(source, allowsAny: allowsAny).deadLetterName.utf8)
    }

    /// The streams that are called nearly so.
    static func near(_ name: String) -> [String] {
        let rest = name.hasPrefix(StreamTable.prefix) ? String(name.dropFirst(StreamTable.prefix.count)) : name
        return NearestMatch.several(rest, in: StreamTable.all.map(\.shortName))
    }

    /// The one stream of that name.
    static func resolve(_ name: String, allowsAny: Bool = false) throws(CommandError) -> StreamDefinition {
        if let stream = StreamTable.find(name) { return stream }
        if allowsAny { return .unlisted(name) }
        if name.hasSuffix(StreamTable.deadLetterSuffix),
            let source = StreamTable.find(String(name.dropLast(StreamTable.deadLetterSuffix.count)))
        {
            let option = ShellWord.option("--stream", Array((source.shortName + StreamTable.deadLetterSuffix).utf8))
            let audit =
                source.key == Array(StreamTable.auditEvents.utf8)
                ? "; those of the Audit service are in \(StreamTable[StreamTable.auditDeadLetters].shortName)" : ""
            throw CommandError(
                .usage,
                "\(name) is a stream of dead letters (caracalctl dlq \(option) shows them, dlq purge removes them; "
                    + "commands with --any-stream take \(source.deadLetterName)\(audit))"
            )
        }
        if name.contains(",") {
            throw CommandError(.usage, "\(name) is not a stream of the bus (put blanks between streams)")
        }
        let near = near(name)
        let advice =
            near.isEmpty
            ? "the streams are \(StreamTable.all.map(\.shortName).joined(separator: ", "))"
            : "did you mean \(near.joined(separator: " or "))?"
        throw CommandError(.usage, "\(name) is not a stream of the bus (\(advice))")
    }
}

extension SignatureTarget {
    /// The streams of a command line: those of the table, their `.dead` streams, and with `allowsAny` any other.
    static func resolve(_ names: [String], allowsAny: Bool) throws(CommandError) -> [SignatureTarget] {
        var targets: [SignatureTarget] = []
        for name in names {
            let target = SignatureTarget(key: try StreamNames.key(of: name, allowsAny: allowsAny))
            if !targets.contains(target) { targets.append(target) }
        }
        return targets
    }

    /// The same; the streams of the table where none is named.
    static func named(_ names: [String], allowsAny: Bool) throws(CommandError) -> [SignatureTarget] {
        names.isEmpty
            ? StreamTable.all.map { SignatureTarget(key: $0.key) } : try resolve(names, allowsAny: allowsAny)
    }

    /// The dead letters of these streams, but for those that are among them.
    static func deadLetters(of streams: [SignatureTarget]) -> [SignatureTarget] {
        deadLetters.filter { letter in
            !streams.contains { $0.key == letter.key } && streams.contains { $0.key == letter.source?.key }
        }
    }
}

// The words of every argument that names streams. Not an option group: every type of group costs the parser a tenth of a
// millisecond at each start.

extension ArgumentHelp {
    /// Of the streams a command is about.
    static let streams = ArgumentHelp(
        "The streams, with or without caracal. before them (default: all).",
        valueName: "stream"
    )

    /// The one stream that a command is about, or all of them.
    static let streamOrAll = ArgumentHelp(
        "The stream, with or without caracal. before it (default: all).",
        valueName: "stream"
    )
}

extension CompletionKind {
    /// The names of the table, as they are typed.
    static let streams = CompletionKind.list(StreamTable.all.map(\.shortName))
}
