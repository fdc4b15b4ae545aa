import Glibc
import Redis
import TestSupport
import Testing

@testable import Caracal

/// What is compared before anything is removed, with servers that answer as none should.
@Suite struct PurgeCheckTests {
    private static let fields = "*2\r\n$1\r\na\r\n$1\r\nb"

    private func check(_ entries: String, of stream: String = "caracal.audit.events.dlq") throws -> PurgePlan {
        let place = #""stream":"\#(stream)","id":"5-0","deployment":"address:127.0.0.1:6379""#
        let line = Array(#"{"line":1,\#(place),"fields":[["a","b"]],"last":true}"#.utf8)
        let folder = try TemporaryFolder()
        let path = try folder.write("dead.ndjson", String(decoding: try ExportSeal.seal(line), as: UTF8.self) + "\n")
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        let connection = try Connection.open(ReplayLink(answering: ["-NOPERM no", "-NOPERM no", entries]))
        return try PurgeCheck(descriptor: descriptor).run(on: connection)
    }

    @Test func whatIsThereAsExportedIsToBeRemoved() throws {
        let bytes = Array("ab".utf8)
        let fingerprint = try EntryFingerprint([FieldRange(name: 0..<1, value: 1..<2)], in: bytes)
        let letter = PurgePlan.Letter(id: EntryID(milliseconds: 5, sequence: 0), fingerprint: fingerprint, size: 2)
        let part = PurgePlan.Part(stream: Array("caracal.audit.events.dlq".utf8), letters: [letter])
        #expect(try check("*1\r\n*2\r\n$3\r\n5-0\r\n\(Self.fields)").parts == [part])
    }

    @Test func anotherEntryThanTheOneAskedForIsNoProof() throws {
        let fault = PurgeError.differs(
            line: 1,
            stream: Array("caracal.audit.events.dlq".utf8),
            id: EntryID(milliseconds: 5, sequence: 0)
        )
        #expect(throws: fault) { try check("*1\r\n*2\r\n$3\r\n6-0\r\n\(Self.fields)") }
    }

    /// However it came into the file: nothing but dead letters is ever removed.
    @Test(arguments: ["caracal.audit.events", "caracal.sessions.revoke", "elsewhere"])
    func aStreamThatHasNoDeadLettersIsLeftAlone(stream: String) throws {
        #expect(throws: PurgeError.notDeadLetters(line: 1, stream: Array(stream.utf8))) {
            try check("*1\r\n*2\r\n$3\r\n5-0\r\n\(Self.fields)", of: stream)
        }
    }
}
