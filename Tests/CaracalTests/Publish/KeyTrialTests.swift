import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
@testable import Redis

/// What the newest entries say of a key, where the connection is lost while they are looked at.
@Suite struct KeyTrialTests {
    private static let key = Array("caracal.sessions.revoke".utf8)

    @Test func aLookThatWasCutOffIsMadeAgain() throws {
        try withServer { server in
            let direct = try server.connect()
            let signature = String(repeating: "0", count: 64)
            try direct.run("XADD caracal.sessions.revoke 1-1 zone_id z _sig \(signature)")
            var trial = KeyTrial(try SigningKey(hex: Array(String(repeating: "22", count: 32).utf8)))
            let lost = try server.connect()
            try direct.run("CLIENT KILL TYPE normal SKIPME yes")
            #expect(throws: DispatchEnding.self) { try trial.look(at: Self.key, on: lost) }
            try trial.look(at: Self.key, on: direct)
            #expect(trial.verdict(on: Self.key) == .fitsNone(of: 1))
            // What came since is seen once that is forgotten.
            try direct.run("XADD caracal.sessions.revoke 2-1 zone_id z _sig \(signature)")
            try trial.look(at: Self.key, on: direct)
            #expect(trial.verdict(on: Self.key) == .fitsNone(of: 1))
            trial.forget()
            try trial.look(at: Self.key, on: direct)
            #expect(trial.verdict(on: Self.key) == .fitsNone(of: 2))
        }
    }

    /// What may not be read of another stream is told of that one.
    @Test func theStreamThatMayNotBeReadIsNamed() throws {
        try withServer { server in
            let connection = try server.connect()
            try connection.run("XADD caracal.keys.invalidate 1-1 zone_id z")
            try connection.run("ACL SETUSER default -xrevrange")
            var trial = KeyTrial(try SigningKey(hex: Array(String(repeating: "22", count: 32).utf8)))
            try trial.look(at: Self.key, on: connection)
            guard case .refused(_, let stream) = trial.verdict(on: Self.key) else {
                Issue.record("\(trial.verdict(on: Self.key))")
                return
            }
            #expect(stream == Array("caracal.keys.invalidate".utf8))
        }
    }
}
