import Postgres
import Redis
import Rendering
import Text

/// A named deployment: where its server is, who to be there, and where the secrets are. It holds none itself.
struct Context: Sendable, Equatable {
    /// What it is called.
    let name: String
    /// What it says, as text; a flag is `true` or `false`.
    var values: [ContextKey: String] = [:]

    /// Whether every command that writes asks for its name.
    var isProtected: Bool { values[.protected] == "true" }

    /// The colour of its prompt.
    var colour: ContextColour? { values[.colour].flatMap(ContextColour.init) }

    /// Where its server is, as messages name it; without the user, in whose place a password may stand.
    var address: String {
        guard let url = values[.url].flatMap({ try? RedisURL($0) }) else { return "no server" }
        let port = url.scheme == .sentinel || url.scheme == .sentinels ? Sentinels.standardPort : 6379
        let hosts = url.hosts.map { host in
            Endpoint(address: .tcp(host: host.name, port: host.port ?? port)).description
        }.joined(separator: ",")
        switch url.scheme {
        case .unix: return url.name ?? ""
        case .redis, .rediss: return hosts
        case .sentinel, .sentinels: return "\(hosts)/\(url.name ?? "")"
        }
    }

    /// Whether a context may be called so: what TOML takes without quotes, and a prompt without a thought.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// What is wrong with a value, in a clause; nil when it can be used. The clause never repeats the value.
    static func fault(in value: String, of key: ContextKey) -> String? {
        if value.isEmpty { return "\(key.rawValue) is empty" }
        if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "\(key.rawValue) has a control character" }
        switch key {
        case .url: return urlFault(value)
        case .databaseURL: return databaseURLFault(value)
        case .colour:
            let names = ContextColour.allCases.map(\.rawValue)
            return names.contains(value) ? nil : "colour is one of \(names.joined(separator: ", "))"
        case _ where key.kind == .path:
            return value.hasPrefix("/") || value.hasPrefix("~/") ? nil : "\(key.rawValue) starts with / or ~/"
        default: return nil
        }
    }

    private static func urlFault(_ value: String) -> String? {
        do {
            guard try RedisURL(value).password == nil else {
                return "url holds a password, which has no place here: name the file it is in, as password_file"
            }
            return nil
        } catch {
            return "url is not a usable URL: \(error)"
        }
    }
}

extension Context {
    private static func databaseURLFault(_ value: String) -> String? {
        do {
            let url = try PostgresURL(value)
            guard url.password == nil, !url.parameters.contains(where: \.isSecret) else {
                return
                    "database_url holds a password, which has no place here: name a file that holds the whole URL, as "
                    + "database_url_file"
            }
            return nil
        } catch {
            return "database_url is not a usable URL: \(error)"
        }
    }
}

/// What a context may say, each under the name it has in the configuration file.
enum ContextKey: String, CaseIterable {
    case description
    case url
    case user
    case passwordFile = "password_file"
    case sentinelUser = "sentinel_user"
    case sentinelPasswordFile = "sentinel_password_file"
    case cacert
    case capath
    case cert
    case key
    case sni
    case databaseURL = "database_url"
    case databaseURLFile = "database_url_file"
    case streamsKeyFile = "streams_hmac_key_file"
    case auditKeyFile = "audit_hmac_key_file"
    case colour
    case protected

    /// How its value is read.
    enum Kind {
        case text, path, flag
    }

    /// How its value is read.
    var kind: Kind {
        switch self {
        case .description, .url, .user, .sentinelUser, .sni, .databaseURL, .colour: .text
        case .passwordFile, .sentinelPasswordFile, .cacert, .capath, .cert, .key, .databaseURLFile, .streamsKeyFile,
            .auditKeyFile:
            .path
        case .protected: .flag
        }
    }

    /// The environment variable whose place it takes; nil for what only a context can say.
    var variable: String? {
        switch self {
        case .url: "CARACALCTL_URL"
        case .user: "CARACALCTL_USER"
        case .passwordFile: "CARACALCTL_PASSWORD_FILE"
        case .sentinelUser: "CARACALCTL_SENTINEL_USER"
        case .sentinelPasswordFile: "CARACALCTL_SENTINEL_PASSWORD_FILE"
        case .cacert: "CARACALCTL_CACERT"
        case .capath: "CARACALCTL_CAPATH"
        case .cert: "CARACALCTL_CERT"
        case .key: "CARACALCTL_KEY"
        case .sni: "CARACALCTL_SNI"
        case .databaseURL: "DATABASE_URL"
        case .databaseURLFile: "DATABASE_URL_FILE"
        case .streamsKeyFile: "STREAMS_HMAC_KEY_FILE"
        case .auditKeyFile: "AUDIT_HMAC_KEY_FILE"
        case .description, .colour, .protected: nil
        }
    }
}

/// The colour of a context's prompt.
enum ContextColour: String, CaseIterable {
    case red, green, yellow, blue, magenta, cyan

    /// `text` between the colour's ANSI sequence and a reset, each of which is marked, so that a line editor does not count it
    /// as columns.
    func applied(to text: TerminalText) -> ScreenText {
        "\u{1}\u{1B}[\(isBold ? "1;" : "")\(code)m\u{2}\(text)\u{1}\u{1B}[0m\u{2}"
    }

    /// Many terminals show what is bold in bright colours: on black, blue needs that, and on white, the light ones vanish.
    private var isBold: Bool {
        switch self {
        case .red, .blue, .magenta: true
        case .green, .yellow, .cyan: false
        }
    }

    private var code: Int {
        switch self {
        case .red: 31
        case .green: 32
        case .yellow: 33
        case .blue: 34
        case .magenta: 35
        case .cyan: 36
        }
    }
}
