import TestSupport
import Testing

@testable import CaracalCommands
import Text

@Suite struct ExportFileTests {
    @Test func aFileThatCameMeanwhileIsNotReplaced() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/dead.ndjson"
        let file = try ExportFile(path)
        try file.write(Array("an export\n".utf8))
        _ = try folder.write("dead.ndjson", "another one\n")
        #expect(throws: CommandError.self) { try file.finish() }
        #expect(try TemporaryFolder.read(path) == Array("another one\n".utf8))
    }
}
