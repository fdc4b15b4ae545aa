import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport

@testable import Caracal
import Text

/// A bus that is brought into some state and examined.
struct DoctorBus {
    let server: SandboxServer
    let connection: Connection
    /// Both keys are there, unless a set-up says otherwise.
    var keys = CheckSupport.keys
    var setup = LocalSetup(keys: LocalSetup.usableKeys)
    /// By how many milliseconds our clock is ahead.
    var clockError: Int64 = 0

    init(_ server: SandboxServer, as credentials: Credentials? = nil) throws {
        self.server = server
        connection = try server.connect(as: credentials)
        _ = try provision(connection)
    }

    /// How many calls of a tenth of a second or longer the server has logged.
    func slowCallCount() throws -> Int {
        try connection.run("SLOWLOG GET 128").root.elements.count { ($0[2]?.integer ?? 0) >= 100_000 }
    }

    func run(_ lines: String...) throws {
        for line in lines { try connection.run(line) }
    }

    /// Adds a message that is in order, and returns its id.
    @discardableResult
    func publish(_ stream: String = "caracal.keys.invalidate", id: String = "*", zone: String = "a") throws -> String {
        try add(CheckSupport.signed(["zone_id": zone], for: stream), to: stream, id: id)
    }

    @discardableResult
    func add(_ message: Message, to stream: String, id: String = "*") throws -> String {
        let fields = message.fields.indices.flatMap { [Array(message.name(at: $0)), Array(message.value(at: $0))] }
        let command = Command("XADD", arguments: [Array(stream.utf8), Array(id.utf8)] + fields)
        return String(decoding: try connection.send(command).root.text ?? [], as: UTF8.self)
    }

    /// Has a consumer read and acknowledge all there is.
    func consume(_ stream: String = "caracal.keys.invalidate", _ group: String = "sts-keys") throws {
        try connection.run("XREADGROUP GROUP \(group) reader STREAMS \(stream) >")
        let page = try connection.run("XRANGE \(stream) - +")
        for entry in page.root.elements {
            try connection.run("XACK \(stream) \(group) \(String(decoding: entry[0]?.text ?? [], as: UTF8.self))")
        }
    }

    func examine() throws -> Examination {
        try Doctor(keys: keys, setup: setup).run(on: connection) {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return UInt64(Int64(time.tv_sec * 1000 + time.tv_nsec / 1_000_000) + clockError)
        }
    }
}

extension LocalSetup {
    /// The keys of both schemes, in order.
    static let usableKeys = SignatureScheme.allCases.map {
        Key(scheme: $0, variable: $0 == .fields ? "STREAMS_HMAC_KEY" : "AUDIT_HMAC_KEY", state: .usable)
    }
}

extension Diagnosis {
    /// The checks that found a failure or a warning, each once: `lag: failure`.
    var problems: [String] { named(.failure) + named(.warning) }

    /// The checks with outcomes of a status, each once.
    func named(_ status: CheckOutcome.Status) -> [String] {
        var names: [String] = []
        for item in items where item.outcome.status == status {
            let name = "\(item.check): \(status.rawValue)"
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// What one check has found.
    func findings(_ check: String) -> [String] {
        items.filter { $0.check == check }.map { $0.outcome.sentence.text { "\($0) ms" }.text }
    }
}
