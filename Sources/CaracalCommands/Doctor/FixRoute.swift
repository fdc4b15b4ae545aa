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

/// How the commands of a fix reach the server that was looked at, wherever it was named, and as whom.
///
/// Checks write `redis-cli -u "$REDIS_URL"` and `caracalctl`: with a server, a user or certificates that options or a context name,
/// these would reach another one, or as somebody else. Secrets are left out: both tools ask for them.
struct FixRoute {
    /// What calls redis-cli; nil where REDIS_URL says all of it.
    private let redisCLI: String?
    /// What stands before a command in a shell of this tool.
    private let lead: RouteLead
    /// The options that lead there in a shell of the system.
    private let options: RouteLead
    /// Whether they are typed in a shell: without `caracalctl`.
    private let isInShell: Bool

    /// - Parameters:
    ///   - hasPort: whether an option gives the port: then REDIS_URL may name another one.
    ///   - shell: how fixes are typed in a shell; nil outside of one.
    init(_ settings: ConnectionSettings, to endpoint: Endpoint, hasPort: Bool, in shell: ShellRoute? = nil) {
        let origin = hasPort ? .option("--port") : settings.address.origin
        options = RouteLead(
            options: RouteName(settings, endpoint, origin).option + RouteOptions(settings, origin).text,
            besideName: RouteOptions(besideURL: settings).text
        )
        isInShell = shell != nil
        lead = shell == .ownConnection ? options : RouteLead()
        let calls = RouteRedisCLI(settings, endpoint)
        if options.isEmpty, !calls.hasFiles, settings.isWhole(in: origin), origin == .environment("REDIS_URL"),
            case .tcp = endpoint.address, case .server = settings.deployment
        {
            redisCLI = nil
        } else {
            redisCLI = calls.text
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

    /// How commands reach the server of a session, whether or not it was reached: nobody is told how to call redis-cli.
    init?(_ session: Session) {
        switch session.settings.deployment {
        case .server(let endpoint): self.init(session, to: endpoint)
        case .sentinels(let sentinels):
            guard let endpoint = sentinels.endpoints.first else { return nil }
            self.init(session, to: endpoint)
        }
    }

    /// A line beside results, or an error, with the commands in it as they are typed where it is shown. What is routed stays as it is.
    func message(_ text: TerminalText) -> TerminalText {
        if isInShell { return ShellWords.hint(text, lead: lead) }
        let routed = ShellWords.routed(text.text, by: options)
        return routed == text.text ? text : TerminalText(keeping: routed)
    }

    /// The same for a program, which reads names as they are, and in a shell too what is typed outside of it.
    func document(_ text: TerminalText) -> TerminalText {
        TerminalText(keeping: ShellWords.routed(text.json, by: isInShell ? lead : options))
    }

    /// A sentence with the commands in it as they are typed where it is shown.
    func words(_ sentence: TerminalText) -> TerminalText {
        isInShell ? ShellWords.hint(sentence, lead: lead) : sentence
    }

    /// A fix with its commands on their way.
    func text(_ fix: TerminalText) -> TerminalText {
        var text = fix.text
        if let redisCLI { text = text.replacing(RedisCLI.text, with: redisCLI) }
        if isInShell {
            if let look = Self.lookAhead(of: text) {
                let whole = ShellWords.routed(text, by: options)
                return ShellWords.hint(look, lead: lead) + " # in a shell of the system: \(keeping: whole)"
            }
            // A shell of this tool has one command a line, and nothing in it keeps the next one from being typed.
            let parts = text.split(separator: Self.and, omittingEmptySubsequences: false)
            let removes = parts.dropFirst().contains { part in Self.removals.contains { part.hasPrefix($0) } }
            let then = removes ? " # then, only if that ended with 0: caracalctl " : " # then caracalctl "
            text = text.replacing(Self.and, with: then)
            return ShellWords.hint(TerminalText(keeping: text), lead: lead)
        }
        return TerminalText(keeping: ShellWords.routed(text, by: options))
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
}

/// What names the server in a line that is typed: with a blank behind it, and empty where the line finds it by itself.
private struct RouteName {
    /// An option, which goes over all that the environment says: a variable would contradict another that is set there.
    var option = ""

    init(_ settings: ConnectionSettings, _ endpoint: Endpoint, _ origin: Origin) {
        switch (origin, settings.address.value) {
        case (.context(let name), _):
            option = "\(ShellWord.option("--context", Array(name.utf8)).text) "
        case (.option, .sentinels(let addresses, _)):
            // The master that they name now may be another one when the line is typed.
            let list = addresses.map { Endpoint(address: $0).description }.joined(separator: ",")
            option = "--sentinel \(word(list)) "
        case (.option, .server):
            option = "-u \(Self.url(endpoint)) "
        case (.environment, _), (.file, _), (.prompt, _), (.contextInUse, _), (.standard, _): break
        }
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
}

/// What options said beside the server's name, as options again: a context keeps the environment from being read, and options go over
/// both. What a context said is an option too in a line that does not name it.
private struct RouteOptions {
    private var words: [String] = []
    /// The context that the line does not name; nil for none.
    private let context: Origin?

    /// As they stand in a line, with a blank behind them; empty for none.
    var text: String { words.map { "\($0) " }.joined() }

    init(_ settings: ConnectionSettings, _ origin: Origin) {
        context = origin.isContext ? nil : settings.context
        let isNamed = origin.isOption
        let hasURL: Bool
        if case .sentinels(_, let master) = settings.address.value {
            hasURL = false
            add("--master-name", Setting(master.value, isNamed ? origin : master.origin))
        } else {
            hasURL = isNamed
        }
        // A URL has both.
        if !hasURL {
            if settings.database.value != 0 || !isNamed {
                add("--db", Setting("\(settings.database.value)", settings.database.origin))
            }
            if settings.tls.isOn.value, settings.tls.isOn.origin.isOption { words.append("--tls") }
        }
        addRest(settings)
    }

    /// Those for a line that names another server by its URL, which says whether TLS is spoken: no other name goes with it.
    init(besideURL settings: ConnectionSettings) {
        context = settings.context
        if settings.database.value != 0 {
            add("--db", Setting("\(settings.database.value)", settings.database.origin))
        }
        addRest(settings)
    }

    /// Who to be, and the files of TLS.
    private mutating func addRest(_ settings: ConnectionSettings) {
        add("--user", settings.user)
        addPassword(settings.password?.origin)
        let tls = settings.tls
        add("--cacert", tls.authorityFile)
        add("--capath", tls.authorityFolder)
        add("--cert", tls.certificate)
        if case .file(let path, let name)? = tls.key?.origin, isSaidAgain(name, "--key") {
            add("--key", Setting(path, .option("--key")))
        }
        add("--sni", tls.serverName)
        if tls.isInsecure.value, isSaidAgain(tls.isInsecure.origin) { words.append("--insecure") }
    }

    private mutating func add(_ name: TerminalText, _ setting: Setting<String>?) {
        guard let setting, isSaidAgain(setting.origin) else { return }
        words.append(ShellWord.option(name, Array(setting.value.utf8)).text)
    }

    private func isSaidAgain(_ origin: Origin) -> Bool { origin.isOption || origin == context }

    /// The same of a file that an option or a context names.
    private func isSaidAgain(_ name: String, _ option: String) -> Bool {
        name == option || name == context?.description
    }

    /// A file is named again, unless it is one that ended with the command: `<(pass redis)`.
    private mutating func addPassword(_ origin: Origin?) {
        switch origin {
        case .file(let path, let name) where isSaidAgain(name, "--password-file"):
            if path.hasPrefix("/dev/") {
                words.append("--ask-password")
            } else {
                add("--password-file", Setting(path, .option("--password-file")))
            }
        case .prompt, .option: words.append("--ask-password")
        case .context where origin == context: words.append("--ask-password")
        case .file, .environment, .context, .contextInUse, .standard, nil: break
        }
    }
}

/// How redis-cli is called, which reads none of our variables. No password: it asks for it.
private struct RouteRedisCLI {
    private var words: [String]
    /// Whether it is told of TLS what no URL holds.
    let hasFiles: Bool

    /// As it stands in a line.
    var text: String { words.joined(separator: " ") }

    init(_ settings: ConnectionSettings, _ endpoint: Endpoint) {
        switch endpoint.address {
        case .tcp(let host, let port): words = ["redis-cli", "-h", word(host), "-p", "\(port)"]
        case .unix(let path): words = ["redis-cli", "-s", word(path)]
        }
        let files = endpoint.tls.map(Self.files) ?? []
        hasFiles = !files.isEmpty
        words += (endpoint.tls == nil ? [] : ["--tls"]) + files
        if endpoint.database != 0 { words += ["-n", "\(endpoint.database)"] }
        if let user = endpoint.credentials?.user { words += ["--user", word(user)] }
        if settings.password != nil { words.append("--askpass") }
    }

    private static func files(_ tls: TLSPolicy) -> [String] {
        let issuers = tls.trustsSystem ? [] : [("--cacert", tls.authorityFile), ("--cacertdir", tls.authorityFolder)]
        let own = [
            ("--cert", tls.clientCertificate?.file), ("--key", tls.clientCertificate?.keyFile),
            ("--sni", tls.serverName),
        ]
        return (issuers + own).flatMap { name, value in value.map { [name, word($0)] } ?? [] }
            + (tls.isInsecure ? ["--insecure"] : [])
    }
}

extension ConnectionSettings {
    /// The context that names the server; nil for none.
    fileprivate var context: Origin? { address.origin.isContext ? address.origin : nil }

    /// Whether a URL, and the one variable that redis-cli reads beside it, say all that redis-cli has to know.
    fileprivate func isWhole(in url: Origin) -> Bool {
        // Of a user without a password redis-cli takes the name for the password.
        let passwords = user == nil ? [nil, url, .environment("REDISCLI_AUTH")] : [url]
        return [nil, url].contains(user?.origin) && passwords.contains(password?.origin)
            && [.standard, url].contains(database.origin) && (!tls.isOn.value || tls.isOn.origin == url)
    }
}

extension Origin {
    fileprivate var isContext: Bool { if case .context = self { true } else { false } }

    /// Whether an option of the command line says it: the next line says it again.
    fileprivate var isOption: Bool { if case .option = self { true } else { false } }
}

private func word(_ text: String) -> String { ShellWord.quoted(Array(text.utf8)).text }
