import RESP
import Redis
import TestSupport
import Testing

@testable import Caracal

@Suite struct PurgeTests {
    /// A signal to stop is heeded between batches: in the wait for one it would leave the batch in doubt.
    private static let key = Array("caracal.audit.events.dlq".utf8)

    private func part(_ ids: EntryID...) throws -> PurgePlan.Part {
        let bytes = Array("ab".utf8)
        let fingerprint = try EntryFingerprint([FieldRange(name: 0..<1, value: 1..<2)], in: bytes)
        let letters = ids.map { PurgePlan.Letter(id: $0, fingerprint: fingerprint, size: 2) }
        return PurgePlan.Part(stream: Self.key, letters: letters)
    }

    /// A signal to stop is heeded between batches: in the wait for one it would leave the batch in doubt.
    @Test func aBatchOnItsWayIsWaitedForComeWhatMay() throws {
        let link = AwaitedLink(ReplayLink(answering: ["*2\r\n:1\r\n:1"]))
        let connection = try Connection.open(link)
        let before = link.heeded.count
        let report = Purge(plan: PurgePlan(parts: [try part(.zero, .maximum)])).run(on: ReconnectingChannel(connection))
        #expect(report == Purge.Report(removed: 2))
        #expect(Array(link.heeded.dropFirst(before)) == [false])
    }

    /// Its reply is lost, and the server lets nobody in again: that tells nothing of the batch.
    @Test func aRefusalAfterALostReplyLeavesTheBatchInDoubt() throws {
        let refusal = Refusal(code: "LOADING", message: Array("LOADING Redis is loading the dataset in memory".utf8))
        let loading = RedisError(target: "peer", phase: .connecting, cause: .refused(refusal))
        let connection = try Connection.open(ReplayLink(answering: []))
        let server = ReconnectingChannel(connection) { () throws(RedisError) -> any CommandChannel in throw loading }
        let report = Purge(plan: PurgePlan(parts: [try part(.zero, .maximum)])).run(on: server)
        #expect(report == Purge.Report(ending: .lost(loading, inDoubt: 2)))
        #expect(report.unknown == 2)
        #expect(!report.isComplete)
    }

    @Test func aRefusalOfTheBatchItselfLeavesNoDoubt() throws {
        let connection = try Connection.open(ReplayLink(answering: ["-NOPERM no"]))
        let report = Purge(plan: PurgePlan(parts: [try part(.zero, .maximum)])).run(on: ReconnectingChannel(connection))
        guard case .refused(let refusal) = report.ending else { throw Unexpected(report: report) }
        #expect(refusal.kind == .noPermission)
        #expect(report.unknown == 0)
    }

    private struct Unexpected: Error {
        let report: Purge.Report
    }

    /// Compared and removed in one step, by what is in each entry.
    @Test(arguments: RedisBinary.allCases)
    func onlyWhatIsTheSameIsRemoved(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let key = "caracal.audit.events.dlq"
            for line in ["1-0 a b", "2-0 a c", "3-0 a b x y", "5-0 a b"] { try connection.run("XADD \(key) \(line)") }
            let ids = (1...5).map { EntryID(milliseconds: UInt64($0), sequence: 0) }
            let part = try part(ids[0], ids[1], ids[2], ids[3], ids[4])
            let report = Purge(plan: PurgePlan(parts: [part])).run(on: ReconnectingChannel(connection))
            #expect(report == Purge.Report(removed: 2, gone: 1, changed: 2))
            #expect(!report.isComplete)
            #expect(try connection.run("XLEN \(key)").root.integer == 2)
        }
    }
}

/// A peer that answers only once it is waited for, and notes whether the waits would end at a request to stop.
private final class AwaitedLink: Link {
    private let link: ReplayLink
    private var isAwaited = false
    private(set) var heeded: [Bool] = []

    init(_ link: ReplayLink) {
        self.link = link
    }

    func write(_ bytes: Span<UInt8>) throws(LinkError) -> Int {
        isAwaited = false
        return try link.write(bytes)
    }

    func read(into buffer: inout OutputSpan<UInt8>) throws(LinkError) -> ReadProgress {
        isAwaited ? try link.read(into: &buffer) : .nothingYet
    }

    func wait(toWrite: Bool, until deadline: Deadline) throws(LinkError) {
        heeded.append(deadline.heedsInterrupts)
        isAwaited = true
    }

    func close() {}
}
