import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Whom a connection trusts, and what it says of whom it does not: against a real server.
@Suite struct TLSTrustTests {
    @Test(arguments: ["127.0.0.1", "localhost"])
    func aGoodCertificateIsTrustedByNameAndByAddress(host: String) throws {
        try withTLSServer { server throws in
            let connection = try connect(host, to: server.port, .test())
            #expect(try connection.send(Command("PING")).text == "PONG")
            #expect(connection.server.version?.number == "7.0.15")
        }
    }

    static let untrusted: [(TLSCertificate, CertificateProblem)] = [
        (.expired, .expired(subject: Array("CN=expired".utf8), at: "2021-01-02T03:04:05Z")),
        (.early, .notYetValid(subject: Array("CN=early".utf8), before: "2039-01-02T03:04:05Z")),
        (
            .wrongName,
            .wrongName(
                expected: "127.0.0.1",
                names: ["redis.example", "*.wild.example", "10.0.0.1", "\u{1B}[31m.example"].map { Array($0.utf8) }
            )
        ),
        (.unknownIssuer, .unknownIssuer(Array("CN=stranger".utf8))),
        (.selfSigned, .selfSigned),
    ]

    @Test(arguments: untrusted)
    func aBadCertificateIsRefusedForWhatIsWrongWithIt(certificate: TLSCertificate, fault: CertificateProblem) throws {
        try withTLSServer(certificate) { server in
            let error = try redisError { _ = try connect(to: server.port, .test()) }
            #expect(error.cause == .link(.tls(.untrusted(fault))))
            #expect(error.phase == .connecting)
            #expect(error.isOverTLS)
        }
    }

    @Test(arguments: untrusted.map(\.0))
    func anInsecurePolicyAcceptsEachOfThem(certificate: TLSCertificate) throws {
        try withTLSServer(certificate) { server throws in
            let connection = try connect(to: server.port, .test { $0.isInsecure = true })
            #expect(try connection.send(Command("PING")).text == "PONG")
        }
    }

    @Test(arguments: ["redis.example", "redis.example.", "REDIS.example", "a.wild.example", "10.0.0.1"])
    func theServerNameStandsInForTheHost(name: String) throws {
        try withTLSServer(.wrongName) { server throws in
            let connection = try connect(to: server.port, .test { $0.serverName = name })
            #expect(try connection.send(Command("PING")).text == "PONG")
        }
    }

    @Test(arguments: ["example", "redis.example.evil", "b.a.wild.example", "wild.example", "10.0.0.2", "::1"])
    func aServerNameThatTheCertificateHasNotIsRefused(name: String) throws {
        try withTLSServer(.wrongName) { server in
            let error = try redisError { _ = try connect(to: server.port, .test { $0.serverName = name }) }
            guard case .link(.tls(.untrusted(.wrongName(name, _)))) = error.cause else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func aWildcardStandsForAWholeLabel() throws {
        try withTLSServer(.partialWildcard) { server in
            let name = "redis.wild.example"
            let error = try redisError { _ = try connect(to: server.port, .test { $0.serverName = name }) }
            let fault = CertificateProblem.wrongName(expected: name, names: [Array("r*.wild.example".utf8)])
            #expect(error.cause == .link(.tls(.untrusted(fault))))
        }
    }

    @Test(arguments: ["", ".", ".example", "a b", "a\u{0}.example"])
    func aNameThatWouldTurnTheCheckOffIsRefused(name: String) throws {
        let error = try redisError { _ = try connect(to: 1, .test { $0.serverName = name }) }
        #expect(error.cause == .link(.tls(.unusableName(name))))
    }

    @Test func aFolderOfIssuersIsAsGoodAsAFile() throws {
        try withTLSServer { server throws in
            let policy = try TLSPolicy.test {
                $0.authorityFile = nil
                $0.authorityFolder = try TLSFiles.shared.folderPath
            }
            #expect(try connect(to: server.port, policy).send(Command("PING")).text == "PONG")
        }
    }

    @Test func aSelfSignedCertificateIsTrustedWhenItIsTheIssuerThatIsNamed() throws {
        try withTLSServer(.selfSigned) { server throws in
            let policy = try TLSPolicy.test { $0.authorityFile = try TLSFiles.shared.file(.selfSigned) }
            #expect(try connect(to: server.port, policy).send(Command("PING")).text == "PONG")
        }
    }

    @Test func theSystemDoesNotKnowTheTestsAuthority() throws {
        try withTLSServer { server in
            let error = try redisError { _ = try connect(to: server.port, TLSPolicy()) }
            #expect(error.cause == .link(.tls(.untrusted(.unknownIssuer(Array("CN=authority".utf8))))))
        }
    }

    @Test func filesOfIssuersThatCannotBeUsedAreNamedBeforeAnybodyIsDialled() throws {
        let nothing = try TLSFiles.shared.nothing
        let cases: [((inout TLSPolicy) -> Void, String, String)] = [
            ({ $0.authorityFile = nothing }, nothing, "it holds no certificate in PEM"),
            ({ $0.authorityFile = "/none" }, "/none", "no such file or directory"),
            ({ $0.authorityFolder = "/none" }, "/none", "no such file or directory"),
            ({ $0.authorityFolder = nothing }, nothing, "not a directory"),
        ]
        for (change, path, reason) in cases {
            let error = try redisError { _ = try connect(to: 1, .test(change)) }
            #expect(error.cause == .link(.tls(.unusableFile(path: path, reason: reason))))
        }
    }
}
