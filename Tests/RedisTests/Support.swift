import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Time enough for a machine that does many things at once; a test that waits for a timeout sets its own.
let patient = Timeouts(connect: .seconds(30), command: .seconds(30))

/// What a scripted server of RESP3 answers to HELLO, CLIENT SETINFO and CLIENT SETNAME.
let welcome =
    "%3\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$4\r\nrole\r\n$6\r\nmaster\r\n+OK\r\n+OK\r\n"

/// A password in the form credentials have.
func credentials(_ password: String, user: String? = nil) -> Credentials {
    Credentials(user: user, password: Secret(Array(password.utf8)))
}

/// The value of a reply, given as it is on the wire.
func value(_ wire: String) throws -> ReplyValue {
    var parser = ReplyParser()
    parser.append(wire.utf8)
    return try #require(try parser.next()).root
}

/// The error a body throws; fails when it throws none.
func redisError(_ body: () throws -> Void, _ location: SourceLocation = #_sourceLocation) throws -> RedisError {
    try #require(throws: RedisError.self, sourceLocation: location) { try body() }
}

extension SandboxServer {
    /// Connects to its port, or to its socket when it has none.
    func connect(
        database: Int = 0,
        as credentials: Credentials? = nil,
        timeouts: Timeouts = patient,
        asking questions: [Command] = []
    ) throws -> Connection {
        let address = port.map { Endpoint.Address.tcp(host: "127.0.0.1", port: $0) } ?? .unix(path: socketPath)
        let endpoint = Endpoint(address: address, database: database, credentials: credentials)
        return try Connection.open(endpoint, timeouts: timeouts, asking: questions)
    }
}

extension ScriptedPeer {
    /// Connects to it.
    func connect(
        database: Int = 0,
        as credentials: Credentials? = nil,
        timeouts: Timeouts = patient,
        asking questions: [Command] = []
    ) throws -> Connection {
        let address = Endpoint.Address.tcp(host: "127.0.0.1", port: port)
        let endpoint = Endpoint(address: address, database: database, credentials: credentials)
        return try Connection.open(endpoint, timeouts: timeouts, asking: questions)
    }

    /// What an error of it is addressed by.
    var target: String {
        "127.0.0.1:\(port)"
    }
}

extension Reply {
    /// The root's bytes as text.
    var text: String? {
        root.text.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The message of the error that it is.
    var refusal: Refusal? {
        root.error.map(Refusal.init)
    }
}

/// Handles a signal without SA_RESTART, so that system calls it meets end with EINTR.
func signalAction(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    sigaction(number, &action, nil)
}
