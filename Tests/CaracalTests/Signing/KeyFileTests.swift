import Glibc
import Redis
import TestSupport
import Testing

@testable import Caracal
import Text

@Suite struct KeyFileTests {
    private let folder: TemporaryFolder
    private let digits = Array(String(repeating: "5a", count: 32).utf8)

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func trailingWhiteSpaceIsCut() throws {
        let file = try KeyFile(path: folder.write("key", digits + Array(" \t\r\n\n".utf8)))
        file.key.secret.withBytes { bytes in
            #expect(bytes.indices.map { bytes[$0] } == Array(repeating: 0x5A, count: 32))
        }
        #expect(file.warning == nil)
    }

    @Test(arguments: [(0o644, "others"), (0o640, "its group"), (0o604, "others"), (0o620, "its group")])
    func openFileDrawsAWarning(mode: Int, who: String) throws {
        let path = try folder.write("key", digits, mode: mode_t(mode))
        let file = try KeyFile(path: path)
        let octal = "0" + String(mode, radix: 8)
        #expect(file.warning == KeyFileWarning(path: path, mode: UInt32(mode)))
        #expect(
            file.warning?.description == "key file \"\(path)\" is open to \(who) (mode \(octal)): chmod 600 it"
        )
    }

    @Test func whatIsNoFileIsNoKey() {
        expectError(folder.path, .unusable("it is a directory"), "it is a directory")
        expectError(folder.path + "/none", .unusable("no such file or directory"), "no such file or directory")
    }

    @Test func largeFileIsNoKey() throws {
        let path = try folder.write("key", Array(repeating: UInt8(ascii: "a"), count: 4097))
        expectError(path, .unusable("it is longer than 4096 bytes"), "it is longer than 4096 bytes")
    }

    @Test(arguments: ["", "\n", " \r\n\t"])
    func blankFileHasNoKey(content: String) throws {
        expectError(try folder.write("key", content), .badKey(.empty), "the key is empty")
    }

    @Test func base64InAFileIsSaid() throws {
        let path = try folder.write("key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")
        expectError(path, .badKey(.base64), "the key looks like base64: it must be hexadecimal")
    }

    private func expectError(_ path: String, _ reason: KeyFileError.Reason, _ text: String) {
        let error = #expect(throws: KeyFileError.self) { _ = try KeyFile(path: path) }
        #expect(error == KeyFileError(path: path, reason: reason))
        #expect(error?.description == "key file \"\(path)\": \(text)")
    }
}
