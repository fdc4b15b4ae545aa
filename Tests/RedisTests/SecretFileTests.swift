import Glibc
import Redis
import TestSupport
import Testing

@Suite struct SecretFileTests {
    @Test(arguments: [
        ("secret", "secret"), ("secret\n", "secret"), ("secret\r\n", "secret"), ("secret \t\u{B}\u{C}\r\n\n", "secret"),
        (" leading", " leading"), ("two words\nand lines\n", "two words\nand lines"),
    ])
    func cutsTheWhiteSpaceAtTheEndAndNoOther(content: String, value: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("secret", content)
        #expect(try SecretFile.read(file).secret.bytes == Array(value.utf8))
    }

    @Test func keepsBytesThatAreNotText() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("secret", [0x00, 0xFF, 0x80, 0x0A])
        #expect(try SecretFile.read(file).secret.bytes == [0x00, 0xFF, 0x80])
    }

    @Test(arguments: ["", "\n", " \t\r\n"])
    func anEmptyFileIsRefused(content: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("secret", content)
        #expect(throws: SecretFileError(path: file, reason: "it is empty")) { try SecretFile.read(file) }
    }

    @Test func aMissingFileIsRefused() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/none"
        #expect(throws: SecretFileError(path: file, reason: "no such file or directory")) { try SecretFile.read(file) }
    }

    @Test func aDirectoryIsRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SecretFileError(path: folder.path, reason: "it is a directory")) {
            try SecretFile.read(folder.path)
        }
    }

    @Test func aPipeAndADeviceAreRefusedAtOnce() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [pipe, "/dev/zero"] {
            #expect(throws: SecretFileError(path: path, reason: "it is not a regular file")) {
                try SecretFile.read(path)
            }
        }
    }

    @Test func aFileTooLongForAValueIsRefused() throws {
        let folder = try TemporaryFolder()
        let longest = try folder.write("longest", [UInt8](repeating: 0x61, count: 65_536))
        #expect(try SecretFile.read(longest).secret.bytes.count == 65_536)
        let longer = try folder.write("longer", [UInt8](repeating: 0x61, count: 65_537))
        #expect(throws: SecretFileError(path: longer, reason: "it is longer than 65536 bytes")) {
            try SecretFile.read(longer)
        }
    }

    @Test func aFileIsAsLongAsWhatItHolds() {
        // The kernel says that it is empty.
        let path = "/proc/self/smaps"
        #expect(throws: SecretFileError(path: path, reason: "it is longer than 65536 bytes")) {
            try SecretFile.read(path)
        }
    }

    @Test func aFileThatMayNotBeReadIsRefused() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("secret", "x", mode: 0)
        // The superuser may read everything: then there is nothing to refuse.
        guard geteuid() != 0 else { return }
        #expect(throws: SecretFileError(path: file, reason: "permission denied")) { try SecretFile.read(file) }
    }

    @Test(arguments: [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o644, true)] as [(mode_t, Bool)])
    func noticesAFileThatOthersCanRead(mode: mode_t, isReadable: Bool) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("secret", "x", mode: mode)
        #expect(try SecretFile.read(file).isReadableByOthers == isReadable)
    }

    @Test func followsTheLinksThatOrchestratorsMountSecretsBy() throws {
        let folder = try TemporaryFolder()
        try folder.write("data", "secret\n")
        let link = folder.path + "/link"
        #expect(symlink("data", link) == 0)
        #expect(try SecretFile.read(link).secret.bytes == Array("secret".utf8))
    }

    @Test func aSecretIsShownNowhere() {
        let secret = Secret(Array("sesame".utf8))
        var dumped = ""
        dump(Endpoint(address: .unix(path: "/s"), credentials: credentials("sesame", user: "op")), to: &dumped)
        dump(secret, to: &dumped)
        let shown = "\(secret) \(String(reflecting: secret)) \(dumped) \(credentials("sesame"))"
        #expect(!shown.contains("sesame"))
        #expect(!shown.contains("115"), "its bytes are shown as numbers")
        #expect("\(secret)" == "***")
    }
}
