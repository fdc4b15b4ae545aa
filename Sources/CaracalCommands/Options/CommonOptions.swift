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

    /// Whether none was given.
    var isEmpty: Bool { given.isEmpty }

    /// Whether an option or a flag was given.
    func has(_ name: String) -> Bool { given[name] != nil }

    /// What was given of a section, as it is typed.
    func names(of section: CommonOption.Section) -> [String] {
        CommonOption.all.filter { $0.section == section && has($0.name) }.map(\.name)
    }

    /// These options, and those of others that are not given here.
    func over(_ others: CommonOptions) -> CommonOptions {
        var all = self
        all.given.merge(others.given) { own, _ in own }
        return all
    }

    /// Takes what was given of an option. Throws where it was given before, and takes one value.
    mutating func give(_ option: CommonOption, _ value: String) throws(ValidationError) {
        guard given[option.name] == nil || option.value == nil else {
            throw .givenTwice(option.name)
        }
        given[option.name] = value
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
    /// Whether its value may begin with a dash: `--sort -age`.
    let takesDash: Bool

    private init(
        _ section: Section,
        _ name: String,
        _ short: String? = nil,
        _ value: String? = nil,
        _ completion: Completion = .nothing,
        unlisted: [String] = [],
        takesDash: Bool = false,
        help: String
    ) {
        self.section = section
        self.name = name
        self.short = short
        self.value = value
        self.completion = completion
        self.unlisted = unlisted
        self.takesDash = takesDash
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
            help: "Server URL: redis://, rediss:// (TLS), unix:///path, redis+sentinel://host:port/name."
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
            help: "Sentinels to ask: host:port,… (port: 26379)."
        ),
        CommonOption(
            .connection,
            "--master-name",
            nil,
            "name",
            help: "The master that the Sentinels monitor."
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
            help: "Trusted issuers, not the system's (PEM file)."
        ),
        CommonOption(
            .connection,
            "--capath",
            nil,
            "path",
            .folder,
            help: "Trusted issuers, not the system's (folder)."
        ),
        CommonOption(.connection, "--cert", nil, "path", .file, help: "PEM file of the client certificate."),
        CommonOption(.connection, "--key", nil, "path", .file, help: "PEM file of the client certificate's key."),
        CommonOption(
            .connection,
            "--sni",
            nil,
            "name",
            help: "Name to send and to expect in the certificate."
        ),
        CommonOption(.connection, "--insecure", help: "Accept any certificate, with a warning."),
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
            help: """
                Output format: table, wide (every column, nothing cut), csv, json, ndjson, or prometheus where there are \
                metrics (default: table).
                """
        ),
        CommonOption(
            .output,
            "--columns",
            nil,
            "names",
            help: "Show these columns of the table, in this order: names as in the heading, with commas between them."
        ),
        CommonOption(.output, "--no-headers", help: "Leave out the heading of the table."),
        CommonOption(
            .output,
            "--sort",
            nil,
            "column",
            takesDash: true,
            help: "Sort the table by this column; -COLUMN for the greatest first."
        ),
        CommonOption(
            .output,
            "--color",
            nil,
            "when",
            .values(ColourChoice.allCases.map(\.rawValue)),
            unlisted: ["--colour"],
            help: "Use colour: always, never or auto, which is on a terminal (default: auto)."
        ),
        CommonOption(.output, "--local", help: "Show times in the zone of this machine instead of UTC."),
        CommonOption(.output, "--quiet", "-q", help: "Show only problems."),
        CommonOption(
            .output,
            "--trace",
            "-v",
            unlisted: ["--verbose"],
            help: "Show each request with its time and outcome on standard error, without secrets."
        ),
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
