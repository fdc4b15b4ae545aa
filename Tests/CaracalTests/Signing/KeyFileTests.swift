import Glibc
import Redis
import Testing

@testable import Caracal

@Suite struct KeyFileTests {
    private let folder = TemporaryFolder()
    private let digits = Array(String(repeating: "5a", count: 32).utf8)

    @Test func trailingWhiteSpaceIsCut() throws {
        let file = try KeyFile(path: folder.write("key", digits + Array(" \t\r\n\n".utf8)))
        file.key.secret.withBytes { bytes in
            #expect(bytes.indices.map { bytes[$0] } == Array(repeating: 0x5A, count: 32))
        }
        #expect(file.warning == nil)
    }

    @Test func linkIsFollowed() throws {
        let target = folder.write("target", digits)
        let file = try KeyFile(path: folder.link("key", to: target))
        #expect(file.key.secret.count == 32)
    }

    @Test(arguments: [(0o644, "others"), (0o640, "its group"), (0o604, "others"), (0o620, "its group")])
    func openFileDrawsAWarning(mode: Int, who: String) throws {
        let path = folder.write("key", digits, mode: mode_t(mode))
        let file = try KeyFile(path: path)
        let octal = "0" + String(mode, radix: 8)
        #expect(file.warning == KeyFileWarning(path: path, mode: UInt32(mode)))
        #expect(
            file.warning?.description == "key file \"\(path)\" is open to \(who) (mode \(octal)): chmod 600 it"
        )
    }

    @Test func directoryIsNoKey() {
        expectError(folder.path, .directory, "key file \"\(folder.path)\" is a directory")
    }

    @Test func missingFileIsNamed() {
        let path = folder.path + "/none"
        expectError(
            path,
            .unreadable(SystemError(code: ENOENT)),
            "cannot read key file \"\(path)\": no such file or directory"
        )
    }

    @Test(arguments: ["", "\n", " \r\n\t"])
    func blankFileIsEmpty(content: String) {
        let path = folder.write("key", Array(content.utf8))
        expectError(path, .badKey(.empty), "key file \"\(path)\" is empty")
    }

    @Test func deviceIsNoKey() {
        expectError("/dev/zero", .notRegular, "key file \"/dev/zero\" is not a regular file")
    }

    @Test func pipeIsNoKeyAndIsNotWaitedFor() {
        let path = folder.link("pipe", to: "nothing")
        unlink(path)
        mkfifo(path, 0o600)
        expectError(path, .notRegular, "key file \"\(path)\" is not a regular file")
    }

    @Test func largeFileIsNoKey() {
        let path = folder.write("key", Array(repeating: UInt8(ascii: "a"), count: 4097))
        expectError(path, .tooLarge(limit: 4096), "key file \"\(path)\" is larger than 4096 bytes: not a key")
    }

    @Test func base64InAFileIsSaid() {
        let path = folder.write("key", Array("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n".utf8))
        expectError(
            path,
            .badKey(.base64),
            "key file \"\(path)\": the key looks like base64: it must be hexadecimal"
        )
    }

    private func expectError(_ path: String, _ reason: KeyFileError.Reason, _ text: String) {
        let error = #expect(throws: KeyFileError.self) { _ = try KeyFile(path: path) }
        #expect(error == KeyFileError(path: path, reason: reason))
        #expect(error?.description == text)
    }
}
