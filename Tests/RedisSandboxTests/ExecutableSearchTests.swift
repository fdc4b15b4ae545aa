import Glibc
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct ExecutableSearchTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["one", "two", "three"] { mkdir(folder.path + "/" + name, 0o700) }
        mkdir(folder.path + "/one/job", 0o700)
        try folder.write("two/job", "", mode: 0o600)
        try folder.write("three/job", "", mode: 0o700)
    }

    @Test func theFirstFileThatCanBeRunWins() throws {
        let path = ["one", "two", "three"].map { folder.path + "/" + $0 }.joined(separator: ":")
        #expect(try ExecutableSearch.find("job", path: path) == folder.path + "/three/job")
    }

    @Test func aNameWithASlashIsTheFileItself() throws {
        #expect(try ExecutableSearch.find("./job", path: "/nowhere") == "./job")
    }

    @Test func aFileThatCannotBeRunIsRefused() {
        let error = errorOf { () throws(SpawnError) in try ExecutableSearch.find("job", path: folder.path + "/two") }
        #expect(error?.description == "cannot run job: permission denied")
    }

    @Test(arguments: ["", "job-nowhere"])
    func whatIsNowhereIsNotFound(name: String) {
        let error = errorOf { () throws(SpawnError) in try ExecutableSearch.find(name, path: folder.path) }
        #expect(error?.reason == SystemError(code: ENOENT))
    }

    @Test func withoutAPathTheUsualFoldersAreSearched() throws {
        #expect(try ExecutableSearch.find("env", path: nil) == "/usr/bin/env")
    }
}
