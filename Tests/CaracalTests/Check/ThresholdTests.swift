import Testing

@testable import Caracal

struct ThresholdTests {
    private let both = Threshold(warning: 10, critical: 20)

    @Test(
        arguments: [
            (Quantity.exact(0), CheckState.ok), (.exact(10), .ok), (.exact(11), .warning), (.exact(20), .warning),
            (.exact(21), .critical), (.exact(.max), .critical), (.atMost(10), .ok), (.atMost(11), .unknown),
            (.atMost(21), .unknown), (.atLeast(0), .unknown), (.atLeast(10), .unknown), (.atLeast(11), .warning),
            (.atLeast(21), .critical), (.unknown, .unknown),
        ]
    )
    func whatMayOrMayNotCrossALimitIsUnknownAndNeverInOrder(quantity: Quantity, state: CheckState) {
        #expect(both.state(of: quantity) == state)
    }

    @Test func aLimitThatIsNotSetIsNeverCrossed() {
        #expect(Threshold.off.state(of: .unknown) == .ok)
        #expect(Threshold(warning: nil, critical: 5).state(of: .exact(5)) == .ok)
        #expect(Threshold(warning: nil, critical: 5).state(of: .exact(6)) == .critical)
        #expect(Threshold(warning: 5, critical: nil).state(of: .exact(6)) == .warning)
        #expect(Threshold(warning: 5, critical: nil).state(of: .unknown) == .unknown)
    }

    @Test func aFigureNeedNotBeKnownBeyondTheLastLimit() {
        #expect(both.settled == 21)
        #expect(Threshold(warning: 3, critical: nil).settled == 4)
        #expect(Threshold(warning: 3, critical: .max).settled == nil)
        #expect(Threshold.off.settled == nil)
    }

    @Test func whatIsWrongOutweighsWhatIsUnknown() {
        #expect(CheckState.ok.orWorse(.unknown) == .unknown)
        #expect(CheckState.unknown.orWorse(.warning) == .warning)
        #expect(CheckState.critical.orWorse(.warning) == .critical)
        #expect(CheckState.warning.orWorse(.ok) == .warning)
    }
}
