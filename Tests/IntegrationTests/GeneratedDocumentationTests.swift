import RedisSandbox
import TestSupport
import Testing

@Suite struct GeneratedDocumentationTests {
    @Test(arguments: ["completions", "man"])
    func whatIsCommittedIsWhatTheCommandsGenerate(folder: String) throws {
        let written = try TemporaryFolder()
        let generator = CommandRunner.caracalctl.dropLast("caracalctl".count) + "DocumentationGenerator"
        #expect(try CommandRunner(String(generator)).run([written.path]).status == 0)
        let names = (FileTree.names(in: "\(written.path)/\(folder)") ?? []).sorted()
        let committed = (FileTree.names(in: "\(Repository.root)/\(folder)") ?? []).filter { !$0.hasSuffix(".7") }
            .sorted()
        #expect(!names.isEmpty)
        #expect(committed == names, "run `make docs`")
        for name in names where committed.contains(name) {
            let fresh = try TemporaryFolder.read("\(written.path)/\(folder)/\(name)")
            let stored = try TemporaryFolder.read("\(Repository.root)/\(folder)/\(name)")
            #expect(fresh == stored, "\(folder)/\(name) is stale: run `make docs`")
        }
    }
}
