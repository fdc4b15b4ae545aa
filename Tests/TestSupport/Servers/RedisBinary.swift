import Glibc
import RedisSandbox

/// The redis-server versions that the tests run against.
package enum RedisBinary: String, Sendable, CaseIterable, CustomStringConvertible {
    /// The oldest supported.
    case v6_2 = "6.2.14"
    /// What Debian 12 has; the only one of the three that was built with TLS.
    case v7_0 = "7.0.15"
    /// What Caracal runs.
    case v8_2 = "8.2.3"

    /// The version, as the server itself says it.
    package var description: String {
        rawValue
    }

    /// Its file. Throws when it is not there: a test without its server fails, it is never skipped.
    package var path: String {
        get throws(MissingServer) {
            let path = expectedPath
            guard access(path, X_OK) == 0 else { throw MissingServer(version: rawValue, path: path) }
            return path
        }
    }

    private var expectedPath: String {
        switch self {
        case .v6_2: Repository.root + "/.build-servers/redis-6.2/redis-server"
        case .v7_0: "/usr/bin/redis-server"
        case .v8_2: Repository.root + "/.build-servers/redis-8.2/redis-server"
        }
    }
}

/// A server that the tests need and this machine lacks.
package struct MissingServer: Error, Sendable, Equatable, CustomStringConvertible {
    /// Its version.
    package let version: String
    /// Where it should be.
    package let path: String

    /// What to do about it.
    package var description: String {
        "redis-server \(version) is not at \(path): run `make test`, which fetches it"
    }
}
