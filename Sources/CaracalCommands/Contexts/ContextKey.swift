/// What a context may say, each under the name it has in the configuration file.
enum ContextKey: String, CaseIterable {
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
        case .url, .user, .sentinelUser, .sni, .colour: .text
        case .passwordFile, .sentinelPasswordFile, .cacert, .capath, .cert, .key, .streamsKeyFile, .auditKeyFile: .path
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
        case .streamsKeyFile: "STREAMS_HMAC_KEY_FILE"
        case .auditKeyFile: "AUDIT_HMAC_KEY_FILE"
        case .colour, .protected: nil
        }
    }
}
