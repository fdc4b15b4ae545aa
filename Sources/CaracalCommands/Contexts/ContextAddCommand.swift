import ArgumentParser
import Caracal
import Glibc
import Redis
import Text

/// `caracalctl context add`
struct ContextAddCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a context.",
        discussion: """
            Paths are stored as absolute paths and not opened. A URL with a password is refused. Sentinels have their own \
            login.

              caracalctl context add staging --url redis://redis.staging:6379 \\
                  --colour green --description "rebuilt every night"
              caracalctl context add prod --url rediss://redis.prod --user ops \\
                  --password-file ~/.redis-prod --protected
            """
    )

    @Argument(help: ArgumentHelp("The context's name.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("URL of its server, without a password.", valueName: "url"))
    var url: String

    @Option(help: ArgumentHelp("What it is, in a few words.", valueName: "text"))
    var description: String?

    @Option(help: ArgumentHelp("ACL user.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("File that holds the password.", valueName: "path"), completion: .file())
    var passwordFile: String?

    @Option(help: ArgumentHelp("ACL user of the Sentinels.", valueName: "name"))
    var sentinelUser: String?

    @Option(
        help: ArgumentHelp("File that holds the Sentinels' password.", valueName: "path"),
        completion: .file()
    )
    var sentinelPasswordFile: String?

    @Option(help: ArgumentHelp("PEM file of trusted issuers.", valueName: "path"), completion: .file())
    var cacert: String?

    @Option(help: ArgumentHelp("Folder of trusted issuers.", valueName: "path"), completion: .directory)
    var capath: String?

    @Option(help: ArgumentHelp("PEM file of the client certificate.", valueName: "path"), completion: .file())
    var cert: String?

    @Option(help: ArgumentHelp("PEM file of the client certificate's key.", valueName: "path"), completion: .file())
    var key: String?

    @Option(help: ArgumentHelp("Name to find in the server's certificate.", valueName: "name"))
    var sni: String?

    @Option(help: ArgumentHelp("URL of the outboxes' database, without a password.", valueName: "url"))
    var databaseURL: String?

    @Option(
        help: ArgumentHelp("File that holds the URL of the outboxes' database.", valueName: "path"),
        completion: .file()
    )
    var databaseURLFile: String?

    @Option(help: ArgumentHelp("File that holds STREAMS_HMAC_KEY.", valueName: "path"), completion: .file())
    var streamsHmacKeyFile: String?

    @Option(help: ArgumentHelp("File that holds AUDIT_HMAC_KEY.", valueName: "path"), completion: .file())
    var auditHmacKeyFile: String?

    @Option(
        help: ArgumentHelp("Colour of the shell's prompt.", valueName: "colour"),
        completion: .list(ContextColour.allCases.map(\.rawValue))
    )
    var colour: String?

    @Flag(help: "Ask for the context's name before every command that writes.")
    var protected = false

    func validate() throws {
        try Context.checkName(name)
        for (key, value) in context.values {
            if let fault = Context.fault(in: value, of: key) { throw ValidationError(fault) }
        }
        if databaseURL != nil, databaseURLFile != nil {
            throw ValidationError("--database-url and --database-url-file contradict each other: give one")
        }
        if let user, let other = try? RedisURL(url).user, other != user {
            throw ValidationError("--user and the user in --url contradict each other: give one")
        }
    }

    func run(_ output: OutputSettings) throws {
        try change(output) { file in
            try file.refuse(name)
            let advice: TerminalText =
                file.current == nil
                ? " (caracalctl context use \(ShellWord.last(Array(name.utf8))) makes it the default)" : ""
            return ContextChange(
                file: try file.adding(context),
                contexts: [context],
                message: "context \(context.words) was added\(advice)"
            )
        }
    }

    private var context: Context {
        let given: [(ContextKey, String?)] = [
            (.description, description), (.url, url), (.user, user), (.passwordFile, passwordFile),
            (.sentinelUser, sentinelUser), (.sentinelPasswordFile, sentinelPasswordFile), (.cacert, cacert),
            (.capath, capath), (.cert, cert), (.key, key), (.sni, sni), (.databaseURL, databaseURL),
            (.databaseURLFile, databaseURLFile), (.streamsKeyFile, streamsHmacKeyFile),
            (.auditKeyFile, auditHmacKeyFile), (.colour, colour), (.protected, protected ? "true" : nil),
        ]
        var context = Context(name: name)
        for (key, value) in given {
            context.values[key] = key.kind == .path ? value.map(Self.absolute) : value
        }
        return context
    }

    /// A path that means the same from every folder.
    private static func absolute(_ path: String) -> String {
        guard !path.isEmpty, !path.hasPrefix("/"), !path.hasPrefix("~/"), let folder = getcwd(nil, 0) else {
            return path
        }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}
