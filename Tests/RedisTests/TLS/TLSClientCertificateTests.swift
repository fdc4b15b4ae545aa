import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Servers that want to know who calls: in TLS 1.3 they say so only after the handshake.
@Suite struct TLSClientCertificateTests {
    static let versions = ["TLSv1.2", "TLSv1.3"]

    private func withServer(_ version: String, _ body: (SandboxServer) throws -> Void) throws {
        try withTLSServer(wantsClients: true, extra: ["tls-protocols \(version)"], body)
    }

    @Test(arguments: versions)
    func aClientWithACertificateIsLetIn(version: String) throws {
        try withServer(version) { server throws in
            let connection = try connect(to: server.port, .test(as: .client))
            #expect(try connection.send(Command("PING")).text == "PONG")
        }
    }

    @Test(arguments: versions)
    func aClientWithoutOneIsToldThatItIsWanted(version: String) throws {
        try withServer(version) { server in
            let error = try redisError { _ = try connect(to: server.port, .test()) }
            #expect(error.cause == .link(.tls(.certificateRequired)))
            #expect(error.phase == .connecting)
        }
    }

    @Test(arguments: versions)
    func aClientWithAStrangersCertificateIsToldThatItIsNotTaken(version: String) throws {
        try withServer(version) { server in
            let error = try redisError { _ = try connect(to: server.port, .test(as: .strangeClient)) }
            #expect(error.cause == .link(.tls(.certificateRefused(reason: "unknown ca"))))
        }
    }

    @Test func filesOfOurOwnThatCannotBeUsedAreNamedBeforeAnybodyIsDialled() throws {
        let files = try TLSFiles.shared
        let client = files.file(.client)
        let cases: [(String, String, String, String)] = [
            (client, files.encryptedKey, files.encryptedKey, "the key is encrypted: decrypt it first (openssl pkey)"),
            (client, files.nothing, files.nothing, "it holds no private key in PEM"),
            (client, files.key(.good), files.key(.good), "it is not the key of the certificate in \(client)"),
            (files.nothing, files.key(.client), files.nothing, "it holds no certificate in PEM"),
            ("/none", files.key(.client), "/none", "no such file or directory"),
        ]
        for (file, key, path, reason) in cases {
            let secret = try SecretFile.read(key).secret
            let policy = try TLSPolicy.test {
                $0.clientCertificate = TLSPolicy.ClientCertificate(file: file, key: secret, keyFile: key)
            }
            let error = try redisError { _ = try connect(to: 1, policy) }
            #expect(error.cause == .link(.tls(.unusableFile(path: path, reason: reason))))
        }
    }
}
