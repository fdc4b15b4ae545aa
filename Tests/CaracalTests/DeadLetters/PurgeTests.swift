import RESP
import Redis
import Testing

@testable import Caracal

@Suite struct PurgeTests {
    /// A signal to stop is heeded between batches: in the wait for one it would leave the batch in doubt.
    @Test func aBatchOnItsWayIsWaitedForComeWhatMay() throws {
        let link = AwaitedLink(ReplayLink(answering: [":2"]))
        let connection = try Connection.open(link)
        let part = PurgePlan.Part(stream: Array("caracal.audit.events.dlq".utf8), ids: [.zero, .maximum])
        let before = link.heeded.count
        let report = Purge(plan: PurgePlan(parts: [part])).run(on: connection) { () throws(RedisError) in connection }
        #expect(report == Purge.Report(removed: 2, stop: nil))
        #expect(Array(link.heeded.dropFirst(before)) == [false])
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
