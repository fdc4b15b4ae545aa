import RESP
import Testing

@testable import Redis

/// What happens when this process stands still, by Ctrl-Z or on a busy machine, until after the deadline.
@Suite struct LateReplyTests {
    private func connection(_ reads: [String]) -> Connection {
        Connection(
            endpoint: Endpoint(address: .unix(path: "/s")),
            timeouts: patient,
            link: StandstillLink(reads)
        )
    }

    @Test func aReplyThatIsThereIsTakenHoweverLateItIsLookedAt() throws {
        let replies = try connection(["+PONG\r\n"]).pipeline([Command("PING")], until: .after(.milliseconds(1)))
        #expect(replies.map(\.text) == ["PONG"])
    }

    @Test(arguments: [["+PO"], ["+PO", "NG\r\n"], [">1\r\n+a\r\n", "+PONG\r\n"]])
    func whatIsNotThereInOneGoIsNotWaitedFor(reads: [String]) throws {
        let error = try redisError {
            _ = try connection(reads).pipeline([Command("PING")], until: .after(.milliseconds(1)))
        }
        #expect(error.cause == .link(.timedOut(after: .milliseconds(1))))
        #expect(error.phase == .awaiting)
    }
}

/// A link on which bytes arrive while the process stands still, and it stands still until every deadline has passed.
private final class StandstillLink: Link {
    private var reads: ArraySlice<String>
    private var hasPassed = false

    init(_ reads: [String]) {
        self.reads = reads[...]
    }

    func write(_ bytes: Span<UInt8>) throws(LinkError) -> Int { bytes.count }

    func read(into buffer: inout OutputSpan<UInt8>) throws(LinkError) -> ReadProgress {
        guard hasPassed, let next = reads.popFirst() else { return .nothingYet }
        for byte in next.utf8 { buffer.append(byte) }
        return .appended
    }

    func wait(toWrite: Bool, until deadline: Deadline) throws(LinkError) {
        if hasPassed { throw .timedOut(after: deadline.allowance) }
        try Poll.sleep(until: deadline)
        hasPassed = true
    }

    func close() {}
}
