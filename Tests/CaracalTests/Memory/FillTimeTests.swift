import Testing

@testable import Caracal

@Suite struct FillTimeTests {
    @Test func growthThatEndsBeforeMemoryDoesNeverFills() {
        #expect(FillTime.seconds(toFill: 1001, [.init(bytesPerSecond: 100, seconds: 10)]) == nil)
        #expect(FillTime.seconds(toFill: 1000, [.init(bytesPerSecond: 100, seconds: 10)]) == 10)
        #expect(FillTime.seconds(toFill: 1, []) == nil)
    }

    @Test func aStreamAtItsBoundGrowsNoMoreAndTheOthersGoOn() {
        let stretches = [
            FillTime.Stretch(bytesPerSecond: 100, seconds: 10),
            FillTime.Stretch(bytesPerSecond: 50, seconds: .infinity),
        ]
        #expect(FillTime.seconds(toFill: 1500, stretches) == 10)
        #expect(FillTime.seconds(toFill: 1600, stretches) == 12)
    }
}
