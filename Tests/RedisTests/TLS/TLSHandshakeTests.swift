import COpenSSL
import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Peers that do not get as far as TLS.
@Suite struct TLSHandshakeTests {
    private static let short = Timeouts(connect: .seconds(2), command: .seconds(30))

    private func failure(_ steps: [PeerStep], timeouts: Timeouts = patient) throws -> RedisError.Cause {
        let peer = try ScriptedPeer([steps])
        let error = try redisError { _ = try connect(to: peer.port, .test(), timeouts: timeouts) }
        #expect(error.phase == .connecting)
        return error.cause
    }

    @Test func aPlaintextServerWaitsForTheRestOfWhatItTakesForACommand() throws {
        try withServer(.v7_0) { server in
            let error = try redisError { _ = try connect(to: server.port, .test(), timeouts: Self.short) }
            // The client's random bytes may hold a line feed, and then the server complains.
            let expected: [TLSError] = [.noAnswer(after: .seconds(2)), .notTLS]
            guard case .link(.tls(let failure)) = error.cause, expected.contains(failure) else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func aSilentPeerIsGivenUpAtTheDeadline() throws {
        #expect(
            try failure([.silent], timeouts: Self.short) == .link(.tls(.noAnswer(after: .seconds(2))))
        )
    }

    @Test func aPeerThatDripsItsHandshakeIsGivenUpAtTheDeadline() throws {
        let record: [UInt8] = [0x16, 3, 3, 0x40, 0] + Array(repeating: 2, count: 1000)
        #expect(
            try failure([.drip(record, every: .milliseconds(5))], timeouts: Self.short)
                == .link(.tls(.noAnswer(after: .seconds(2))))
        )
    }

    @Test(arguments: ["-ERR unknown command\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"])
    func aPeerThatSpeaksSomethingElseIsNotTLS(greeting: String) throws {
        #expect(try failure([.expectBytes(1), .send(greeting), .silent]) == .link(.tls(.notTLS)))
    }

    @Test func aPeerThatHangsUpCutsTheHandshake() throws {
        #expect(try failure([.expectBytes(200), .close]) == .link(.tls(.handshakeCut(reason: nil))))
    }

    @Test func aPeerThatResetsSaysSo() throws {
        #expect(
            try failure([.expectBytes(200), .reset])
                == .link(.tls(.handshakeCut(reason: "connection reset by peer")))
        )
    }

    @Test func aServerOfOldVersionsHasNothingInCommonWithUs() throws {
        for version in [TLS1_VERSION, TLS1_1_VERSION] {
            var manners = TLSFront.Manners()
            manners.newestVersion = version
            let peer = try ScriptedPeer([[.silent]])
            let front = try TLSFront(before: peer.port, manners)
            let error = try redisError { _ = try connect(to: front.port, .test()) }
            #expect(error.cause == .link(.tls(.nothingInCommon)))
        }
    }

    @Test func aServerThatChoosesAnOldVersionIsRefused() throws {
        let hello: [UInt8] = [0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2] + Array(repeating: 7, count: 32) + [0, 0, 0x2F, 0]
        #expect(try failure([.expectBytes(1), .send(hello), .silent]) == .link(.tls(.nothingInCommon)))
    }

    @Test func aServerWithoutACipherOfOursHasNothingInCommonWithUs() throws {
        #expect(
            try failure([.expectBytes(1), .send([0x15, 3, 3, 0, 2, 2, 40]), .silent]) == .link(.tls(.nothingInCommon))
        )
    }

    @Test func aServerThatDoesNotKnowTheNameSaysSo() throws {
        #expect(
            try failure([.expectBytes(1), .send([0x15, 3, 3, 0, 2, 2, 112]), .silent])
                == .link(.tls(.unknownName("127.0.0.1")))
        )
    }

    @Test func aHandshakeThatIsCutAtAnyByteIsNoConnection() throws {
        try withTLSServer { server in
            for count in stride(from: 0, to: 900, by: 13) {
                let proxy = try FaultProxy(server, [Fault(.toClient, after: .bytes(count), .cut)])
                let error = try redisError { _ = try connect(to: proxy.port, .test()) }
                #expect(error.phase == .connecting)
                guard case .link = error.cause else {
                    Issue.record("\(count): \(error)")
                    return
                }
            }
        }
    }

    @Test(arguments: [("localhost", "localhost"), ("localhost.", "localhost"), ("127.0.0.1", nil), ("::1", nil)])
    func onlyNamesAreAskedForBySNI(name: String, asked: String?) throws {
        let peer = try ScriptedPeer([[.expectBytes(200), .close]])
        _ = try redisError { _ = try connect(to: peer.port, .test { $0.serverName = name }) }
        let hello = String(decoding: peer.received(), as: UTF8.self)
        #expect(hello.utf8.count > 200)
        // Server name, of type host name, with its length before it.
        let extensionOfName = asked.map { "\u{0}\u{0}\(Unicode.Scalar(UInt8($0.utf8.count)))\($0)" }
        #expect(extensionOfName.map { hello.utf8.contains($0.utf8) } ?? !hello.utf8.contains(name.utf8))
    }

    @Test func aPlaintextClientOfATLSPortLearnsThatItIsOne() throws {
        try withTLSServer { server in
            let error = try redisError { _ = try connect(to: server.port, nil) }
            #expect(!error.isOverTLS)
            switch error.cause {
            // Which of the two arrives first is chance.
            case .malformed(.tlsServer), .link(.disconnected(reason: _?)): break
            default: Issue.record("\(error)")
            }
        }
    }
}

extension Collection where Element == UInt8 {
    /// Whether a run of bytes is part of this one.
    fileprivate func contains(_ part: some Collection<UInt8>) -> Bool {
        indices.contains { self[$0...].starts(with: part) }
    }
}
