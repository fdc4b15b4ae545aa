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

    /// A message is sent only once it is known what became of the steps that remove further dead letters of it.
    @Test func aMessageWaitsForTheStepsBeforeIt() throws {
        let letters = try letters([1, 1])
        let place = RedriveStep.Place(stream: Array("s.dlq".utf8), letter: letters[0], destination: Array("s".utf8))
        let fields = [FieldRange(name: 0..<1, value: 1..<2)]
        let moving = RedriveStep(moving: fields, in: Array("ab".utf8), with: [], place)
        let clearing = RedriveStep(clearing: letters[1...], place)
        let steps = [moving, clearing, clearing, moving, moving, clearing, moving]
        let moves = { (burst: Int) in Redrive.batches(steps, burst: burst).map { $0.map(\.moves) } }
        #expect(moves(256) == [[true, false, false], [true, true, false], [true]])
        #expect(moves(2) == [[true, false], [false], [true, true], [false], [true]])
    }
}
