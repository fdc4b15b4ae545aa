import Caracal
import RESP
import Redis
import Testing
import Text

@Suite struct SamplePlanTests {
    private let key = Array("s".utf8)

    private func plan(length: UInt64, nodes: UInt64?, endBytes: Int = 200, last: EntryID? = nil) -> SamplePlan {
        let info = StreamInfo(
            length: length,
            lastGeneratedID: .maximum,
            groups: 0,
            firstID: EntryID(milliseconds: 1000, sequence: 0),
            lastID: last ?? EntryID(milliseconds: 9000, sequence: 0),
            nodes: nodes,
            endBytes: endBytes
        )
        var generator = SeededGenerator(seed: 1)
        return SamplePlan(info, key: key, samples: 200, using: &generator)
    }

    private func count(_ command: Command) -> Int? {
        command.arguments.last.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }

    @Test(arguments: [(1_000_000, 50_000), (10_000_000, 500_000)] as [(UInt64, UInt64)])
    func theCostDoesNotGrowWithTheStream(length: UInt64, nodes: UInt64) {
        let plan = plan(length: length, nodes: nodes)
        #expect(plan.commands.count == 10)
        #expect(plan.commands.allSatisfy { count($0) == 20 })
        #expect(plan.commands.first?.description == "XRANGE s 1000-0 9000-0 COUNT 20")
        #expect(plan.commands.last?.description == "XREVRANGE s + - COUNT 20")
    }

    @Test func placesAreSpreadOverTheStream() {
        let starts = plan(length: 1_000_000, nodes: 50_000).commands.dropFirst().dropLast()
            .compactMap { EntryID($0.arguments[1])?.milliseconds }
        for (index, start) in starts.enumerated() {
            let stretch = UInt64(1000 + index * 1000)
            #expect((stretch...stretch + 1000).contains(start))
        }
    }

    @Test func aShortStreamIsReadWhole() {
        #expect(plan(length: 57, nodes: 3).commands.map(\.description) == ["XRANGE s 1000-0 9000-0 COUNT 57"])
        #expect(plan(length: 1, nodes: 1).commands.map(\.description) == ["XRANGE s 1000-0 9000-0 COUNT 1"])
    }

    @Test func ofLargeEntriesFewAreRead() {
        let plan = plan(length: 5000, nodes: 5000, endBytes: 1 << 20)
        #expect(plan.commands.count == 3)
        #expect(plan.commands.allSatisfy { count($0) == 1 })
    }

    @Test func anEmptyStreamIsNotRead() {
        var generator = SeededGenerator(seed: 1)
        let info = StreamInfo(length: 0, lastGeneratedID: .zero, groups: 0, firstID: nil, lastID: nil)
        #expect(SamplePlan(info, key: key, samples: 200, using: &generator).commands.isEmpty)
    }

    @Test(arguments: [
        EntryID.maximum, EntryID(milliseconds: 1000, sequence: .max), EntryID(milliseconds: 1, sequence: 0),
    ])
    func strangeIDsAreNoTrap(last: EntryID) {
        #expect(plan(length: .max, nodes: 1, last: last).commands.isEmpty == false)
        #expect(plan(length: .max, nodes: nil, endBytes: .max, last: last).commands.isEmpty == false)
    }
}
