import ArgumentParser
import Rendering
import Text

/// The options that commands share: how to reach the server, and how to show results. They are taken out of the command line,
/// before the command as well as behind it, and the parser never sees them: thirty options more cost it a third of a start.
package struct CommonOptions: Sendable, Equatable {
    /// What was given, by the option's long name; a flag has an empty value.
    private var given: [String: String] = [:]

    /// Nothing given.
    package init() {}

    /// How to reach the server.
    package var connection: ConnectionOptions { ConnectionOptions(self) }
    /// How to show results.
    package var output: OutputOptions { OutputOptions(self) }

    /// The value of an option such as `--url`; nil where it was not given.
    subscript(name: String) -> String? { given[name] }

    /// Whether an option or a flag was given.
    func has(_ name: String) -> Bool { given[name] != nil }

    /// What was given of a section, as it is typed.
    func names(of section: CommonOption.Section) -> [String] {
        CommonOption.all.filter { $0.section == section && has($0.name) }.map(\.name)
    }

    fileprivate mutating func give(_ option: CommonOption, _ value: String) throws(ValidationError) {
        guard given[option.name] == nil || option.value == nil else {
            throw ValidationError("\(option.name) is given twice, and takes one value: give it once")
        }
        given[option.name] = value
    }
}

/// A command line with its common options set apart.
struct CommandLineWords: Sendable {
    /// The options that commands share.
    private(set) var common = CommonOptions()
    /// The other words, in their order.
    private(set) var words: [String] = []
    /// The command that is meant, as far as the words name one.
    private(set) var command: any ParsableCommand.Type = Caracalctl.self

    /// Whether the words are about `check`, whose errors are a monitoring plugin's.
    var isCheck: Bool { command == CheckCommand.self }

    /// What is wrong with a common option: it has no value, or two.
    private(set) var fault: ValidationError?

    init(_ arguments: [String]) {
        do throws(ValidationError) { try split(arguments) } catch { fault = error }
    }

    /// The first option given of a section that the command has no use for; nil for none.
    var unwanted: String? {
        let wanted = sections
        return CommonOption.Section.allCases.filter { !wanted.contains($0) }.flatMap(common.names).first
    }

    private mutating func split(_ arguments: [String]) throws(ValidationError) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" {
                words.append(word)
                break
            }
            guard word.hasPrefix("-"), word.count > 1 else {
                words.append(word)
                enter(word)
                // What stands behind a Redis command is its own affair.
                if command == RawCommand.self, word != RawCommand._commandName { break }
                continue
            }
            try word.hasPrefix("--") ? takeLong(word, &rest) : takeShort(word, &rest)
        }
        words += rest
    }

    private var sections: [CommonOption.Section] { Self.sections(of: command) }

    /// The sections whose options a command takes; before its name is known, all of them.
    static func sections(of command: any ParsableCommand.Type) -> [CommonOption.Section] {
        switch command {
        case is any BusCommand.Type: [.connection, .output]
        case is any LocalCommand.Type: [.output]
        // The root, or one whose commands below it take them.
        case let group where !group.configuration.subcommands.isEmpty:
            group.configuration.defaultSubcommand.map(sections) ?? [.connection, .output]
        default: []
        }
    }

    private mutating func enter(_ word: String) {
        guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else { return }
        command = next
    }

    private mutating func takeLong(_ word: String, _ rest: inout ArraySlice<String>) throws(ValidationError) {
        let name = word.prefix { $0 != "=" }
        guard let option = CommonOption.named(String(name)), sections.contains(option.section) else {
            return words.append(word)
        }
        let joined = name.count < word.count ? String(word.dropFirst(name.count + 1)) : nil
        try give(option, joined, &rest)
    }

    /// `-q`, `-o json`, `-ojson`, `-qo json`, `-yq`.
    private mutating func takeShort(_ word: String, _ rest: inout ArraySlice<String>) throws(ValidationError) {
        var letters = word.dropFirst()
        var others = "-"
        while let letter = letters.first {
            if letter == "y" {
                others.append(letter)
                letters = letters.dropFirst()
                continue
            }
            guard let option = CommonOption.named("-\(letter)"), sections.contains(option.section) else { break }
            letters = letters.dropFirst()
            if option.value == nil {
                try give(option, nil, &rest)
            } else {
                let value = letters.first == "=" ? letters.dropFirst() : letters
                letters = ""
                try give(option, value.isEmpty ? nil : String(value), &rest)
            }
        }
        others += letters
        if others.count > 1 { words.append(others) }
    }

    private mutating func give(
        _ option: CommonOption,
        _ joined: String?,
        _ rest: inout ArraySlice<String>
    ) throws(ValidationError) {
        guard let name = option.value else {
            guard joined == nil else { throw ValidationError("\(option.name) takes no value") }
            return try common.give(option, "")
        }
        if let joined { return try common.give(option, joined) }
        guard let next = rest.first, !next.hasPrefix("-") || next == "-" else {
            throw ValidationError("\(option.name) needs a value: \(option.name) \(name.uppercased())")
        }
        rest = rest.dropFirst()
        try common.give(option, next)
    }
}

/// An option that commands share. Help, manuals and completion read this table too.
package struct CommonOption: Sendable {
    /// What it is about; the title under which help lists it.
    package enum Section: String, Sendable, CaseIterable {
        case connection = "Connection"
        case output = "Output"
    }

    /// What completion offers for its value.
    package enum Completion: Sendable {
        case nothing, file, folder
        case values([String])
    }

    /// As it is typed: `--url`.
    package let name: String
    /// `-u`; nil for none.
    package let short: String?
    /// Other spellings, which help does not list.
    package let unlisted: [String]
    /// What it is about.
    package let section: Section
    /// What its value is called; nil for a flag.
    package let value: String?
    /// What it does, in a sentence.
    package let help: String
    /// What completion offers for its value.
    package let completion: Completion

    private init(
        _ section: Section,
        _ name: String,
        _ short: String? = nil,
        _ value: String? = nil,
        _ completion: Completion = .nothing,
        unlisted: [String] = [],
        help: String
    ) {
        self.section = section
        self.name = name
        self.short = short
        self.value = value
        self.completion = completion
        self.unlisted = unlisted
        self.help = help
    }

    /// The option of a name, long or short, listed or not.
    static func named(_ name: String) -> CommonOption? {
        all.first { $0.name == name || $0.short == name || $0.unlisted.contains(name) }
    }

    /// All of them, in the order in which help lists them.
    package static let all: [CommonOption] = [
        CommonOption(
            .connection,
            "--url",
            "-u",
            "url",
            help:
                "Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master."
        ),
        CommonOption(.connection, "--context", nil, "name", help: "Name of a context."),
        CommonOption(.connection, "--host", nil, "host", help: "Host name or address."),
        CommonOption(.connection, "--port", "-p", "port", help: "TCP port."),
        CommonOption(.connection, "--socket", nil, "path", .file, help: "Unix socket."),
        CommonOption(
            .connection,
            "--sentinel",
            nil,
            "hosts",
            help: "Sentinels to ask for the master: host:port,… (default port: 26379)."
        ),
        CommonOption(
            .connection,
            "--master-name",
            nil,
            "name",
            help: "Name of the master that the Sentinels monitor."
        ),
        CommonOption(.connection, "--db", nil, "number", help: "Database; Caracal's streams live in 0."),
        CommonOption(.connection, "--user", nil, "name", help: "ACL user."),
        CommonOption(.connection, "--password-file", nil, "path", .file, help: "File that holds the password."),
        CommonOption(.connection, "--ask-password", help: "Ask for the password at the terminal."),
        CommonOption(.connection, "--tls", help: "Use TLS, like rediss://."),
        CommonOption(
            .connection,
            "--cacert",
            nil,
            "path",
            .file,
            help: "PEM file of trusted issuers, instead of the system's."
        ),
        CommonOption(
            .connection,
            "--capath",
            nil,
            "path",
            .folder,
            help: "Folder of trusted issuers, instead of the system's."
        ),
        CommonOption(.connection, "--cert", nil, "path", .file, help: "PEM file of the client certificate."),
        CommonOption(.connection, "--key", nil, "path", .file, help: "PEM file of the client certificate's key."),
        CommonOption(
            .connection,
            "--sni",
            nil,
            "name",
            help: "Name to send (SNI) and to expect in the server's certificate."
        ),
        CommonOption(.connection, "--insecure", help: "Accept any certificate: the server is not authenticated."),
        CommonOption(
            .connection,
            "--connect-timeout",
            nil,
            "duration",
            help: "How long connecting may take (default: 2s)."
        ),
        CommonOption(.connection, "--timeout", nil, "duration", help: "How long a reply may take (default: 5s)."),
        CommonOption(
            .output,
            "--output",
            "-o",
            "format",
            .values(OutputFormat.allCases.map(\.rawValue)),
            help: "Output format: table, json, ndjson, or prometheus where there are metrics (default: table)."
        ),
        CommonOption(.output, "--quiet", "-q", help: "Show only problems."),
        CommonOption(.output, "--read-only", help: "Refuse every command that writes."),
        CommonOption(
            .output,
            "--confirm",
            nil,
            "context",
            help: "Confirm a write to this protected context without a question."
        ),
    ]
}
