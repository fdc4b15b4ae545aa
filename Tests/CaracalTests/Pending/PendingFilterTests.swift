import Redis
import Testing

@testable import Caracal

@Suite struct PendingFilterTests {
    private func entry(idle: UInt64?, deliveries: UInt64 = 1) -> PendingEntry {
        PendingEntry(id: Stuck.id(1), consumer: Array("c".utf8), idle: idle, deliveries: deliveries)
    }

    @Test func aLimitIsReachedByWhatIsAsMuch() {
        let filter = PendingFilter(minIdle: 1_000, minDeliveries: 3)
        #expect(filter.admits(entry(idle: 1_000, deliveries: 3)))
        #expect(!filter.admits(entry(idle: 999, deliveries: 3)))
        #expect(!filter.admits(entry(idle: 1_000, deliveries: 2)))
    }

    @Test func anIdleTimeThatIsNotKnownIsNotTakenForZero() {
        #expect(PendingFilter(minIdle: 1_000).admits(entry(idle: nil)))
    }
}
