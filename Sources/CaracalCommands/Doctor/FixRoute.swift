import Caracal
import Redis
import Text

/// Where a fix is typed that is shown in a shell.
enum ShellRoute {
    /// The shell's connection leads to the server that was looked at.
    case sameConnection
    /// The command had a connection of its own.
    case ownConnection
}

/// How the commands of a fix reach the server that was looked at, wherever it was named.
///
/// Checks write `redis-cli -u "$REDIS_URL"` and `caracalctl`: with a server that an option or a context names, these would reach
/// another one.
struct FixRoute {
    /// What calls redis-cli; nil where REDIS_URL names the server.
    private let redisCLI: String?
    /// What stands before `caracalctl`, with a blank behind it; empty where the environment names the server.
    private let prefix: String
    /// The same where they are typed in a shell of the system.
    private let outside: String
    /// Whether they are typed in a shell: without `caracalctl`, and with options where an environment would be needed.
    private let isInShell: Bool

    /// - Parameters:
    ///   - hasPort: whether an option gives the port: then REDIS_URL may name another one.
    ///   - shell: how fixes are typed in a shell; nil outside of one.
    init(_ settings: ConnectionSettings, to endpoint: Endpoint, hasPort: Bool, in shell: ShellRoute? = nil) {
        let origin = hasPort ? .option("--port") : settings.address.origin
        isInShell = shell != nil
        let option: String
        switch origin {
        case .context(let name):
            let choice = ShellWord.option("--context", Array(name.utf8)).text
            (option, outside) = ("\(choice) ", "CARACALCTL_CONTEXT=\(name) ")
        case .option:
            let url = Self.url(endpoint)
            (option, outside) = ("-u \(url) ", "CARACALCTL_URL=\(url) ")
        case .environment, .file, .prompt, .contextInUse, .standard: (option, outside) = ("", "")
        }
        prefix = shell == .sameConnection ? "" : isInShell ? option : outside
        if origin == .environment("REDIS_URL"), case .tcp = endpoint.address,
            case .server = settings.deployment
        {
            redisCLI = nil
        } else {
            redisCLI = Self.redisCLI(settings, endpoint)
        }
    }

    /// How commands reach the server that a command looked at, as they are typed where it ran.
    init(_ session: Session, to endpoint: Endpoint) {
        self.init(
            session.settings,
            to: endpoint,
            hasPort: session.options.port != nil,
            in: session.isInShell ? session.kept == nil ? .ownConnection : .sameConnection : nil
        )
    }

    /// A sentence with the commands in it as they are typed where it is shown.
    func words(_ sentence: TerminalText) -> TerminalText {
        isInShell ? ShellWords.hint(sentence, lead: prefix) : sentence
    }

    /// A fix with its commands on their way.
    func text(_ fix: TerminalText) -> TerminalText {
        var text = fix.text
        if let redisCLI { text = text.replacing(RedisCLI.text, with: redisCLI) }
        if isInShell {
            if let look = Self.lookAhead(of: text) {
                let whole = outside.isEmpty ? text : text.replacing("caracalctl ", with: "\(outside)caracalctl ")
                return ShellWords.hint(look, lead: prefix) + " # in a shell of the system: \(keeping: whole)"
            }
            // A shell of this tool has one command a line, and nothing in it keeps the next one from being typed.
            let parts = text.split(separator: Self.and, omittingEmptySubsequences: false)
            let removes = parts.dropFirst().contains { part in Self.removals.contains { part.hasPrefix($0) } }
            let then = removes ? " # then, only if that ended with 0: caracalctl " : " # then caracalctl "
            text = text.replacing(Self.and, with: then)
            return ShellWords.hint(TerminalText(keeping: text), lead: prefix)
        }
        if !prefix.isEmpty { text = text.replacing("caracalctl ", with: "\(prefix)caracalctl ") }
        return TerminalText(keeping: text)
    }

    private static let and = " && caracalctl "

    /// Commands that remove what the commands ahead of them were to keep or to hand on.
    private static let removals = ["dlq purge", "ack", "group rm", "consumer rm", "trim"].map { "\($0) " }

    /// Of a line that does not begin with a command of ours, and has one that writes to a file: that command, which shows the same
    /// here; nil for any other line.
    private static func lookAhead(of text: String) -> TerminalText? {
        let line = text.split(separator: " # ", maxSplits: 1).first ?? ""
        guard !line.hasPrefix("\(Caracalctl.name) ") else { return nil }
        let command = line.split(separator: " && ").first { $0.hasPrefix("\(Caracalctl.name) ") && $0.contains(" >") }
        return command.flatMap { $0.split(separator: " >").first }.map { TerminalText(keeping: String($0)) }
    }

    /// No password: redis-cli asks for it.
    private static func redisCLI(_ settings: ConnectionSettings, _ endpoint: Endpoint) -> String {
        var words: [String]
        switch endpoint.address {
        case .tcp(let host, let port): words = ["redis-cli", "-h", word(host), "-p", "\(port)"]
        case .unix(let path): words = ["redis-cli", "-s", word(path)]
        }
        if endpoint.tls != nil { words.append("--tls") }
        if endpoint.database != 0 { words += ["-n", "\(endpoint.database)"] }
        if let user = endpoint.credentials?.user { words += ["--user", word(user)] }
        if settings.password != nil { words.append("--askpass") }
        return words.joined(separator: " ")
    }

    private static func url(_ endpoint: Endpoint) -> String {
        switch endpoint.address {
        case .tcp(let host, let port):
            let name = host.utf8.contains(UInt8(ascii: ":")) ? "'[\(host)]'" : host
            let database = endpoint.database == 0 ? "" : "/\(endpoint.database)"
            return "\(endpoint.tls == nil ? "redis" : "rediss")://\(name):\(port)\(database)"
        case .unix(let path):
            return "unix://" + word(endpoint.database == 0 ? path : "\(path)?db=\(endpoint.database)")
        }
    }

    private static func word(_ text: String) -> String { ShellWord.quoted(Array(text.utf8)).text }
}
