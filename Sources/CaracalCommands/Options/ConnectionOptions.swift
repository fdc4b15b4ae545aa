import ArgumentParser

/// How to reach the server. No option takes a secret's value: a command line is public.
package struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.",
            valueName: "url"
        )
    )
    var url: String?

    @Option(help: ArgumentHelp("Name of a context.", valueName: "name"))
    var context: String?

    @Option(help: ArgumentHelp("Host name or address.", valueName: "host"))
    var host: String?

    @Option(help: ArgumentHelp("TCP port.", valueName: "port"))
    var port: String?

    @Option(help: ArgumentHelp("Unix socket.", valueName: "path"), completion: .file())
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "Sentinels to ask for the master: host:port,… (default port: 26379).",
            valueName: "hosts"
        )
    )
    var sentinel: String?

    @Option(help: ArgumentHelp("Name of the master that the Sentinels monitor.", valueName: "name"))
    var masterName: String?

    @Option(help: ArgumentHelp("Database; Caracal's streams live in 0.", valueName: "number"))
    var db: String?

    @Option(help: ArgumentHelp("ACL user.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("File that holds the password.", valueName: "path"), completion: .file())
    var passwordFile: String?

    @Flag(help: "Ask for the password at the terminal.")
    var askPassword = false

    @Flag(help: "Use TLS, like rediss://.")
    var tls = false

    @Option(
        help: ArgumentHelp("PEM file of trusted issuers, instead of the system's.", valueName: "path"),
        completion: .file()
    )
    var cacert: String?

    @Option(
        help: ArgumentHelp("Folder of trusted issuers, instead of the system's.", valueName: "path"),
        completion: .directory
    )
    var capath: String?

    @Option(help: ArgumentHelp("PEM file of the client certificate.", valueName: "path"), completion: .file())
    var cert: String?

    @Option(help: ArgumentHelp("PEM file of the client certificate's key.", valueName: "path"), completion: .file())
    var key: String?

    @Option(help: ArgumentHelp("Name to send (SNI) and to expect in the server's certificate.", valueName: "name"))
    var sni: String?

    @Flag(help: "Accept any certificate: the server is not authenticated.")
    var insecure = false

    @Option(help: ArgumentHelp("How long connecting may take (default: 2s).", valueName: "duration"))
    var connectTimeout: String?

    @Option(help: ArgumentHelp("How long a reply may take (default: 5s).", valueName: "duration"))
    var timeout: String?

    /// Nothing given.
    package init() {}

    /// The options that were given, as they are typed. Found by reflection, as the parser itself finds them.
    var givenOptions: [String] {
        Mirror(reflecting: self).children.compactMap { child in
            let isGiven =
                switch child.value {
                case let option as Option<String?>: option.wrappedValue != nil
                case let flag as Flag<Bool>: flag.wrappedValue
                case let list as Option<[String]>: !list.wrappedValue.isEmpty
                default: false
                }
            return isGiven ? child.label.map(Self.typed) : nil
        }
    }

    /// All of them, as they are typed.
    static var names: [String] {
        Mirror(reflecting: ConnectionOptions()).children.compactMap { $0.label.map(typed) }
    }

    /// `_passwordFile` as `--password-file`.
    private static func typed(_ label: String) -> String {
        "--" + label.drop { $0 == "_" }.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}
