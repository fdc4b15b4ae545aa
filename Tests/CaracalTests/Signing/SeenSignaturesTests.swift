import Testing

@testable import Caracal

@Suite struct SeenSignaturesTests {
    @Test func everyRepetitionIsFoundWithinTwoGenerations() {
        var random = SeededGenerator(seed: 3)
        var seen = SeenSignatures(generationLimit: 5_000)
        let values = (0..<9_999).map { _ in random.next() }
        for value in values { expectNew(value, &seen) }
        for value in values { expectSeen(value, &seen) }
        #expect(!seen.hasForgotten)
    }

    @Test func atLeastOneGenerationIsCoveredForEver() {
        var random = SeededGenerator(seed: 4)
        let limit = 100
        var seen = SeenSignatures(generationLimit: limit)
        var values: [UInt64] = []
        for _ in 0..<1_000 {
            values.append(random.next())
            expectNew(values[values.count - 1], &seen)
            expectSeen(values[max(0, values.count - limit)], &seen)
        }
        #expect(seen.hasForgotten)
        expectNew(values[0], &seen)
    }

    @Test func nextStreamStartsEmpty() {
        var seen = SeenSignatures(generationLimit: 2)
        for value in [1, 2, 3, 4, 5] as [UInt64] { _ = seen.insert(value) }
        seen.removeAll()
        #expect(!seen.hasForgotten)
        for value in [5, 4] as [UInt64] { expectNew(value, &seen) }
    }

    @Test func zeroIsAFingerprintLikeAnyOther() {
        var seen = SeenSignatures()
        expectNew(0, &seen)
        expectSeen(0, &seen)
    }

    @Test func equalSlotsAreToldApart() {
        var seen = SeenSignatures()
        for high in 1...600 as ClosedRange<UInt64> { expectNew(high << 32 | 1023, &seen) }
        for high in 1...600 as ClosedRange<UInt64> { expectSeen(high << 32 | 1023, &seen) }
    }

    private func expectNew(_ value: UInt64, _ seen: inout SeenSignatures) {
        let wasThere = seen.insert(value)
        #expect(!wasThere)
    }

    private func expectSeen(_ value: UInt64, _ seen: inout SeenSignatures) {
        let wasThere = seen.insert(value)
        #expect(wasThere)
    }
}
