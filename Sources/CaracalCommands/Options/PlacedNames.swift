import ArgumentParser
import Caracal

/// Streams and a group that were given as options, `-s STREAM` and `-g GROUP`, to a command that takes them by position; and
/// streams that were given by position to a command that takes them as options.
struct PlacedNames {
    private var streams: [String] = []
    private var group: String?

    /// The option that a name means to a command that has a place for it; nil for any other.
    static func option(_ name: String, of command: any ParsableCommand.Type) -> String? {
        switch name {
        case "--stream", "-s": takesStreams(command) ? "--stream" : nil
        case "--group", "-g": takesGroup(command) ? "--group" : nil
        default: nil
        }
    }

    private static func takesStreams(_ command: any ParsableCommand.Type) -> Bool {
        let several: [any ParsableCommand.Type] = [
            XlenCommand.self, TailCommand.self, FindCommand.self, VerifySigCommand.self, ProvisionCommand.self,
        ]
        return several.contains { $0 == command } || takesOneStream(command)
    }

    private static func takesOneStream(_ command: any ParsableCommand.Type) -> Bool {
        let one: [any ParsableCommand.Type] = [
            TrimCommand.self, PublishCommand.self, GetCommand.self, GroupCommand.self, GroupLsCommand.self,
            GroupPruneCommand.self,
        ]
        return one.contains { $0 == command } || takesGroup(command)
    }

    private static func takesGroup(_ command: any ParsableCommand.Type) -> Bool {
        let commands: [any ParsableCommand.Type] = [
            PendingCommand.self, ClaimCommand.self, AckCommand.self, GroupCreateCommand.self, GroupSeekCommand.self,
            GroupRmCommand.self, ConsumerCommand.self, ConsumerLsCommand.self, ConsumerRmCommand.self,
            ConsumerPruneCommand.self,
        ]
        return commands.contains { $0 == command }
    }

    /// Whether streams may stand by position where the command takes them as options.
    static func takesStreamOption(_ command: any ParsableCommand.Type) -> Bool {
        let commands: [any ParsableCommand.Type] = [
            DLQCommand.self, DLQSummaryCommand.self, DLQLsCommand.self, DLQExportCommand.self, DLQRedriveCommand.self,
        ]
        return commands.contains { $0 == command }
    }

    /// Takes the value of an option.
    mutating func give(_ option: String, _ value: String, to command: any ParsableCommand.Type) throws(ValidationError)
    {
        if option == "--stream" {
            guard streams.isEmpty || !Self.takesOneStream(command) else { throw .givenTwice(option) }
            streams.append(value)
        } else {
            guard group == nil else { throw .givenTwice(option) }
            group = value
        }
    }

    /// The words of a command line with all names where the parser expects them.
    ///
    /// - Parameter start: where the words behind the command's name begin.
    func place(
        in words: [String],
        from start: Int,
        of command: any ParsableCommand.Type
    ) throws(ValidationError) -> [String] {
        if (streams + [group ?? ""]).contains(where: { $0.hasPrefix("-") }) {
            return try placeBehindOptions(words, from: start)
        }
        var words = words
        // By the name first: to compare types, each of them has to be prepared.
        if words[..<start].contains("dlq"), Self.takesStreamOption(command) {
            let isNamed = words[start...].prefix { $0 != "--" }.contains(where: Self.isStream)
            for index in isNamed ? Self.places(in: words).reversed() : []
            where index >= start && Self.isStream(words[index]) {
                words.insert("--stream", at: index)
            }
        }
        words.insert(contentsOf: streams, at: start)
        guard let group else { return words }
        if !streams.isEmpty {
            words.insert(group, at: start + 1)
        } else if let stream = Self.places(in: words).first {
            words.insert(group, at: stream + 1)
        } else {
            throw .noStream
        }
        return words
    }

    /// The same with all arguments behind `--`, where a name that begins with a dash is no option.
    private func placeBehindOptions(_ words: [String], from start: Int) throws(ValidationError) -> [String] {
        let read = CommandLineReading(words, .root).words.dropFirst(start)
        let end = read.firstIndex { $0.text == "--" && $0.role == .rest }
        let arguments = read.filter { $0.role == .argument || $0.role == .rest && $0.index != end }.map(\.text)
        guard let stream = streams.first ?? arguments.first else { throw .noStream }
        let names = streams.isEmpty ? [stream] : streams
        let others = streams.isEmpty ? arguments.dropFirst() : arguments[...]
        let options = read.filter { $0.role != .argument && $0.role != .rest }.map(\.text)
        return words[..<start] + options + ["--"] + names + (group.map { [$0] } ?? []) + others
    }

    private static func isStream(_ word: String) -> Bool {
        let suffix = StreamTable.deadLetterSuffix
        return StreamTable.find(word.hasSuffix(suffix) ? String(word.dropLast(suffix.count)) : word) != nil
    }

    /// The indices of the words that are neither options nor their values.
    private static func places(in words: [String]) -> [Int] {
        CommandLineReading(words, .root).words.filter { $0.role == .argument }.map(\.index)
    }
}

extension ValidationError {
    /// That a group was given, and no stream.
    fileprivate static var noStream: ValidationError {
        ValidationError("--group needs the stream it belongs to: give --stream STREAM --group GROUP")
    }

    /// That an option of one value was given more than once.
    static func givenTwice(_ option: String) -> ValidationError {
        ValidationError("\(option) is given twice, and takes one value: give it once")
    }
}
