import RESP
import Redis
import Testing

@testable import Caracal

/// How the further dead letters of a message are cut into steps.
@Suite struct RedriveStepTests {
    private func letters(_ sizes: [Int]) throws -> [RedrivePlan.Letter] {
        let fingerprint = try EntryFingerprint([FieldRange(name: 0..<1, value: 1..<2)], in: Array("ab".utf8))
        return sizes.enumerated().map { number, size in
            RedrivePlan.Letter(
                id: EntryID(milliseconds: 1, sequence: UInt64(number)),
                fingerprint: fingerprint,
                size: UInt32(clamping: size)
            )
        }
    }

    @Test(
        arguments: [
            ([], []), ([1], [1]), (Array(repeating: 1, count: 250), [250]),
            (Array(repeating: 1, count: 501), [250, 250, 1]),
            ([2 << 20, 1, 2 << 20], [1, 1, 1]), ([1 << 19, 1 << 19, 1], [2, 1]),
        ] as [([Int], [Int])]
    )
    func aStepHasABound(sizes: [Int], counts: [Int]) throws {
        let all = try letters(sizes)
        let batches = RedriveStep.batches(of: all)
        #expect(batches.map(\.count) == counts)
        #expect(batches.flatMap { $0 } == all)
    }
}
