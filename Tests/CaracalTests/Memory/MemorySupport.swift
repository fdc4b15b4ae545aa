import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Entries of a size, or of several.
enum EntryKind: String, CaseIterable, CustomStringConvertible {
    case small = "200 bytes"
    case large = "1 KB"
    case mixed = "50 to 2,000 bytes"
    case outbox = "an outbox message"

    var description: String { rawValue }

    func arguments(using generator: inout SeededGenerator) -> [[UInt8]] {
        switch self {
        case .small: audit(134, &generator)
        case .large: audit(958, &generator)
        case .mixed: audit(Int.random(in: 50...2000, using: &generator), &generator)
        case .outbox:
            [("zone_id", 36), ("reason", 13), ("grant_id", 36), ("session_id", 36), ("outbox_id", 36), ("_sig", 64)]
                .flatMap { [Array($0.0.utf8), text($0.1, &generator)] }
        }
    }

    private func audit(_ count: Int, _ generator: inout SeededGenerator) -> [[UInt8]] {
        [Array("data".utf8), text(count, &generator), Array("sig".utf8), text(64, &generator)]
    }

    private func text(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        [UInt8](repeating: UInt8.random(in: UInt8(ascii: "a")...UInt8(ascii: "z"), using: &generator), count: count)
    }
}

extension SandboxServer {
    /// Adds entries, in pipelines, over a connection that is gone afterwards.
    func fill(_ key: String, _ count: Int, _ kind: EntryKind, seed: UInt64 = 1, everyMilliseconds gap: UInt64? = nil)
        throws
    {
        let connection = try connect()
        var generator = SeededGenerator(seed: seed)
        for start in stride(from: 0, to: count, by: 500) {
            let commands = (start..<min(count, start + 500)).map { index in
                let id = gap.map { "\(1_700_000_000_000 + UInt64(index) * $0)-0" } ?? "*"
                return Command(
                    "XADD",
                    arguments: [Array(key.utf8), Array(id.utf8)] + kind.arguments(using: &generator)
                )
            }
            _ = try connection.pipeline(commands)
        }
    }

    /// What a key takes: by how much `used_memory` falls when it goes.
    func truth(_ key: String) throws -> Double {
        let connection = try connect()
        // Valkey would free it later.
        try connection.run("CONFIG SET lazyfree-lazy-user-del no")
        let before = try connection.usedMemory()
        try connection.run("DEL \(key)")
        return Double(before) - Double(try connection.usedMemory())
    }
}

extension Connection {
    fileprivate func usedMemory() throws -> UInt64 {
        try #require(try ask(Info("memory")).value?.unsigned("used_memory"))
    }
}

/// A user that may do all but these commands.
func withoutRights(to commands: String) -> String {
    "user narrow on >pw ~* +@all \(commands)"
}

/// That user.
let narrow = Credentials(user: "narrow", password: Secret(Array("pw".utf8)))
