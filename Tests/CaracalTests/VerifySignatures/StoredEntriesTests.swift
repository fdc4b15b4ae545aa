import Glibc
import Redis
import TestSupport
import Testing

@testable import Caracal

@Suite struct StoredEntriesTests {
    @Test func linesOfManyStreamsAreToldApart() throws {
        let message = CheckSupport.json(try CheckSupport.signed(["zone_id": "z"]))
        let report = try check(
            """
            {"stream":"caracal.sessions.revoke","id":"1-0","fields":\(message)}

            {"stream":"caracal.keys.invalidate","id":"2-0","fields":\(message)}
            {"stream":"caracal.sessions.revoke","id":"3-0","fields":[["a",{"base64":"/w=="}]]}
            """
        )
        #expect(report.ending == .complete)
        #expect(
            report.streams.map { $0.target.key.readable } == ["caracal.sessions.revoke", "caracal.keys.invalidate"]
        )
        #expect(report.own == [2, 1, 0, 0, 1, 0])
        #expect(
            report.reasons == [
                "signed for caracal.sessions.revoke: copied from another stream",
                "no signature; a name or value is not UTF-8: some consumers cannot read it",
            ]
        )
    }

    @Test func escapesInStreamsAndIDsAreResolved() throws {
        let report = try check(#"{"stream":"caracal\u002ekeys.invalidate","id":"\u001b[31m","fields":{}}"#)
        #expect(report.streams.map { $0.target.key.readable } == ["caracal.keys.invalidate"])
        #expect(report.entries.map(\.id) == [Array("\u{1B}[31m".utf8)])
    }

    @Test func onlyTheNamedStreamsAreChecked() throws {
        let report = try check(
            """
            {"stream":"caracal.sessions.revoke","fields":{}}
            {"stream":"caracal.keys.invalidate","fields":{}}
            """,
            targets: ["caracal.keys.invalidate"]
        )
        #expect(report.streams.map { $0.target.key.readable } == ["caracal.keys.invalidate"])
        #expect(report.own == [1, 0, 0, 0, 1, 0])
    }

    @Test func aMalformedLineEndsItAfterWhatWasFound() throws {
        let report = try check("{\"stream\":\"caracal.keys.invalidate\",\"fields\":{}}\n{\"stream\":1}\n")
        #expect(report.own == [1, 0, 0, 0, 1, 0])
        guard case .malformed(line: 2, _) = report.ending else {
            Issue.record("\(report.ending)")
            return
        }
    }

    @Test func tooManyStreamsEndIt() throws {
        let lines = (0...StoredStreams.limit).map { "{\"stream\":\"s\($0)\",\"fields\":{}}\n" }.joined()
        let report = try check(lines)
        #expect(report.streams.count == StoredStreams.limit)
        #expect(report.ending == .tooManyStreams(line: StoredStreams.limit + 1, limit: StoredStreams.limit))
    }

    @Test func thatARepetitionFromFarBackMayGoUnseenIsSaid() throws {
        let lines = try (1...4).map {
            let message = CheckSupport.json(try CheckSupport.signed(["zone_id": "\($0)"]))
            return "{\"stream\":\"caracal.sessions.revoke\",\"fields\":\(message)}\n"
        }
        #expect(try check(lines.prefix(3).joined(), remembering: 2).findings.isEmpty)
        #expect(try check(lines.joined(), remembering: 2).findings.map(\.code.rawValue) == ["replay_window"])
    }

    @Test func anUnreadableFileIsSaid() throws {
        var check = try SignatureCheck(keys: CheckSupport.keys, rules: SignatureRules())
        let report = try VerifyStoredEntries(descriptor: -1, targets: []).run(&check) { _ in }
        #expect(report.ending == .unreadable(.unreadable(SystemError(code: EBADF))))
    }

    private func check(
        _ text: String,
        targets: [String] = [],
        remembering limit: Int = 1_000
    ) throws -> SignatureReport {
        let folder = try TemporaryFolder()
        let file = open(try folder.write("entries", text), O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var check = try SignatureCheck(keys: CheckSupport.keys, rules: SignatureRules())
        check.seen = SeenSignatures(generationLimit: limit)
        let targets = targets.map { SignatureTarget(key: Array($0.utf8)) }
        return try VerifyStoredEntries(descriptor: file, targets: targets).run(&check) { _ in }
    }
}
