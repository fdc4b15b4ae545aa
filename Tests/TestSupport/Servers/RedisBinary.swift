import Glibc
import RedisSandbox

/// The servers that the tests run against.
package enum RedisBinary: String, Sendable, CaseIterable, CustomStringConvertible {
    /// The oldest supported.
    case v6_2 = "6.2.14"
    /// What Debian 12 has; the only one of them that was built with TLS.
    case v7_0 = "7.0.15"
    /// What Caracal runs.
    case v8_2 = "8.2.3"
    /// The successor of Redis 7.2 under another name and with versions of its own.
    case valkey9_1 = "9.1.2"

    /// The version, as the server itself says it.
    package var description: String {
        rawValue
    }

    /// Its version as INFO server has it.
    package var infoLine: String {
        self == .valkey9_1 ? "valkey_version:\(rawValue)" : "redis_version:\(rawValue)"
    }

    /// Who makes it, and its version, as sentences have it.
    package var fullName: String {
        self == .valkey9_1 ? "Valkey \(rawValue)" : "Redis \(rawValue)"
    }

    /// Whether it has what came with 7.2: WAITAOF and CLIENT SETINFO.
    package var knowsWAITAOF: Bool { self == .v8_2 || self == .valkey9_1 }

    /// Its file. Throws when it is not there: a test without its server fails, it is never skipped.
    package var path: String {
        get throws(MissingServer) {
            let path = expectedPath
            guard access(path, X_OK) == 0 else { throw MissingServer(name: fullName, path: path) }
            return path
        }
    }

    private var expectedPath: String {
        switch self {
        case .v6_2: Repository.root + "/.build-servers/redis-6.2/redis-server"
        case .v7_0: "/usr/bin/redis-server"
        case .v8_2: Repository.root + "/.build-servers/redis-8.2/redis-server"
        case .valkey9_1: Repository.root + "/.build-servers/valkey-9.1/valkey-server"
        }
    }
}

/// A server that the tests need and this machine lacks.
package struct MissingServer: Error, Sendable, Equatable, CustomStringConvertible {
    /// Its name and version.
    package let name: String
    /// Where it should be.
    package let path: String

    /// What to do about it.
    package var description: String {
        "\(name) is not at \(path): run `make test`, which fetches it"
    }
}
