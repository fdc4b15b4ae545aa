import Glibc
import RedisSandbox
import TestSupport
import Testing

@testable import CaracalCommands
import Text

@Suite struct ExportFileTests {
    /// Process ids are few, and in two containers the same.
    @Test func aFileThatAnotherRunWritesStays() throws {
        let folder = try TemporaryFolder()
        let others = "dead.ndjson.\(getpid()).partial"
        try folder.write(others, "precious\n")
        let path = "\(folder.path)/dead.ndjson"
        do {
            let abandoned = try ExportFile(path)
            try abandoned.write(Array("an export\n".utf8))
        }
        #expect(FileTree.names(in: folder.path) == [others])
        let file = try ExportFile(path)
        try file.write(Array("an export\n".utf8))
        try file.finish()
        #expect(try TemporaryFolder.read(path) == Array("an export\n".utf8))
        #expect(try TemporaryFolder.read("\(folder.path)/\(others)") == Array("precious\n".utf8))
    }

    /// One that cannot be begun removes nothing either.
    @Test func whereNoFileCanBeWrittenNothingIsRemoved() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CommandError.self) { try ExportFile("\(folder.path)/nowhere/dead.ndjson") }
        #expect(FileTree.names(in: folder.path) == [])
    }

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
