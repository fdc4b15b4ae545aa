import Redis
import TestSupport
import Testing
import Text

@testable import Caracal
@testable import CaracalCommands

@Suite struct ResumeFileTests {
    private let stream = Array("caracal.sessions.revoke".utf8)

    private func unsettled(_ entries: [SentEntry]) -> UnsettledMessages {
        UnsettledMessages(
            stream: stream,
            since: StreamMark(id: .zero),
            fence: nil,
            entries: entries
        )
    }

    private func plan(_ value: [UInt8]) -> ResumeFile.Plan {
        ResumeFile.Plan(
            stream: stream,
            server: nil,
            maxLength: nil,
            isInDoubt: false,
            messages: unsettled([SentEntry(line: 2, fields: [(Array("a".utf8), value)])])
        )
    }

    /// Bytes that are base64 in the input are escaped one by one: six for one.
    @Test func theLongestLineThatIsWrittenCanBeRead() throws {
        let zeros = [UInt8](repeating: 0, count: 30_000)
        // As long as a line of the input with these bytes is.
        let inputLimit = #"{"a":{"base64":""}}"#.utf8.count + 40_000
        let folder = try TemporaryFolder()
        let path = try folder.write("resume.ndjson", try ResumeFile.text(of: plan(zeros)))
        let share = ResumeFile.lineLimit / LineReader.usualLimit
        let read = try ResumeFile.read(InputFile(path), path, limit: share * inputLimit)
        #expect(read.messages.entries == plan(zeros).messages.entries)
        let error = #expect(throws: CommandError.self) {
            try ResumeFile.read(InputFile(path), path, limit: 6 * zeros.count)
        }
        #expect(error?.status == .malformedInput)
        #expect(error?.message.description.hasSuffix("line 2 is longer than 0 MiB (180000 bytes)") == true)
    }

    @Test func whatIsWrittenIsReadAndHeldByOne() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("resume.ndjson", try ResumeFile.text(of: plan([0, 1, 0xFF])))
        let before = try TemporaryFolder.read(path)
        let file = try ResumedFile(path)
        var plan = try file.read()
        #expect(plan.messages.entries == self.plan([0, 1, 0xFF]).messages.entries)
        #expect(throws: CommandError.self) { try ResumedFile(path) }
        plan.isInDoubt = true
        try file.replace(with: plan)
        #expect(try TemporaryFolder.read(path) == ResumeFile.text(of: plan))
        #expect(throws: CommandError.self) { try ResumedFile(path) }
        file.restore()
        #expect(try TemporaryFolder.read(path) == before)
    }

    /// Line 0 tells of the run, 1 to 4 are its messages.
    private func writtenLines() throws -> [String] {
        var plan = plan([])
        plan.messages = unsettled(
            (1...4).map { SentEntry(line: $0, fields: [(Array("a".utf8), Array("v-\($0)".utf8))]) }
        )
        return String(decoding: try ResumeFile.text(of: plan), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func read(_ lines: [String]) throws -> ResumeFile.Plan {
        let folder = try TemporaryFolder()
        let path = try folder.write("resume.ndjson", lines.map { $0 + "\n" }.joined())
        do throws(CommandError) {
            return try ResumedFile(path).read()
        } catch {
            throw Refused(status: error.status, text: error.message.text.replacing(path, with: "FILE"))
        }
    }

    private struct Refused: Error, Equatable {
        let status: CaracalCommands.ExitStatus
        let text: String
    }

    @Test(arguments: [
        ([0], "is not as it was written: 0 of 4 messages are there"),
        ([0, 1, 2], "is not as it was written: 2 of 4 messages are there"),
        ([0, 1, 2, 4], "is not as it was written: 3 of 4 messages are there"),
        ([0, 1, 2, 2, 3, 4], "is not as it was written: it has 5 messages, not 4"),
        ([0, 1, 2, 2, 4], "was altered after it was written"),
        ([0, 1, 3, 2, 4], "was altered after it was written"),
    ])
    func aFileWithOtherMessagesIsRefused(kept: [Int], said: String) throws {
        let lines = try writtenLines()
        let refused = Refused(status: .malformedInput, text: "FILE \(said); nothing was sent")
        #expect(throws: refused) { try read(kept.map { lines[$0] }) }
    }

    @Test func aMessageThatWasAlteredIsRefused() throws {
        let lines = try writtenLines()
        let altered = lines.map { $0.replacing("\"v-3\"", with: "\"v-9\"") }
        #expect(altered != lines)
        let refused = Refused(status: .malformedInput, text: "FILE was altered after it was written; nothing was sent")
        #expect(throws: refused) { try read(altered) }
    }

    /// Of a later format nothing is known: not even that the other lines are messages.
    @Test(arguments: [
        (#","version":"2.3.0""#, "caracalctl 2.3.0"), ("", "another version of caracalctl"),
    ])
    func aFileOfALaterFormatNamesItsWriter(version: String, writer: String) throws {
        let header = "{\"format\":\"caracalctl.publish-resume/2\"\(version),\"messages\":7}"
        let refused = Refused(
            status: .malformedInput,
            text:
                "FILE was written by \(writer), in a format that this version (\(Version.number)) does not read: resume it with the "
                + "version that wrote it; nothing was sent"
        )
        #expect(throws: refused) { try read([header, "[1, 2]"]) }
        #expect(
            try writtenLines()[0].hasPrefix(#"{"format":"caracalctl.publish-resume/1","version":"\#(Version.number)","#)
        )
    }

    /// The digest is that of `tail -n +2 FILE | sha256sum`; files of former versions had none, and no count.
    @Test func aFileThatDoesNotTellOfItsMessagesIsTaken() throws {
        var lines = try writtenLines()
        let seal =
            ",\"messages\":4,\"digest\":\"sha256:6693b603abbe17a9074d9d15c3d365c53f4ddb29d134405c2df5ff192618db48\"}"
        #expect(lines[0].hasSuffix(seal), "\(lines[0])")
        let whole = try read(lines).messages.entries
        #expect(whole.map(\.line) == [2, 3, 4, 5])
        lines[0] = lines[0].dropLast(seal.count) + "}"
        #expect(try read(lines).messages.entries == whole)
        #expect(try read(Array(lines.dropLast())).messages.entries == Array(whole.dropLast()))
    }

    /// Nobody has refused what was not sent.
    @Test func aMessageThatWasNotSentIsNotCalledRefused() {
        var report = PublishReport(unsettled: unsettled([]))
        report.ending = .interrupted(signal: 2)
        #expect(report.outcomeOfOne == "not_sent")
        report.rejected = [RejectedMessage(entry: SentEntry(line: 1, fields: []), refusal: nil)]
        #expect(report.outcomeOfOne == "refused")
    }
}
