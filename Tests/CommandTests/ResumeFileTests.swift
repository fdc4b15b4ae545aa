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
        let path = try folder.write("resume.ndjson", ResumeFile.text(of: plan(zeros)))
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
        let path = try folder.write("resume.ndjson", ResumeFile.text(of: plan([0, 1, 0xFF])))
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

    /// Nobody has refused what was not sent.
    @Test func aMessageThatWasNotSentIsNotCalledRefused() {
        var report = PublishReport(unsettled: unsettled([]))
        report.stop = .interrupted(signal: 2)
        #expect(report.outcomeOfOne == "not_sent")
        report.rejected = [RejectedMessage(entry: SentEntry(line: 1, fields: []), refusal: nil)]
        #expect(report.outcomeOfOne == "refused")
    }
}
