import Testing

@testable import Caracal

@Suite struct PaceTests {
    private let start = ContinuousClock.now

    @Test func aBurstIsATenthOfASecondsWorthAndNeverNothing() {
        #expect([1, 9, 20, 100].map { Pace(rate: $0).burst } == [1, 1, 2, 10])
    }

    @Test func whatWasSentIsPaidForBeforeTheNext() {
        let pace = Pace(rate: 100)
        #expect(pace.pause(at: start) == .zero)
        pace.note(10, at: start)
        #expect(pace.pause(at: start) == .milliseconds(100))
        #expect(pace.pause(at: start + .milliseconds(40)) == .milliseconds(60))
        // A signal ended the wait early: what is left of it is still owed.
        pace.note(10, at: start + .milliseconds(40))
        #expect(pace.pause(at: start + .milliseconds(40)) == .milliseconds(160))
    }

    @Test func timeInWhichNothingWasSentIsNotMadeUpFor() {
        let pace = Pace(rate: 100)
        pace.note(10, at: start)
        let later = start + .seconds(60)
        #expect(pace.pause(at: later) == .zero)
        pace.note(10, at: later)
        #expect(pace.pause(at: later) == .milliseconds(100))
    }
}
