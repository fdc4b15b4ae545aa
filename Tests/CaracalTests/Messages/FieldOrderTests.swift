import Testing

@testable import Caracal

@Suite struct FieldOrderTests {
    @Test(arguments: [3, 24, 25, 200])
    func orderIsStableAndByBytes(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        var order = FieldOrder()
        for _ in 0..<100 {
            let names = (0..<count).map { _ in
                (0..<Int.random(in: 0...10, using: &random)).map { _ in UInt8.random(in: 0...2, using: &random) &* 127 }
            }
            let message = Message(names.map { (name: $0, value: []) })
            order.sort(message.fields, in: message.bytes)
            let expected = names.indices.sorted {
                names[$0] == names[$1] ? $0 < $1 : names[$0].lexicographicallyPrecedes(names[$1])
            }
            #expect((0..<order.count).map { order[$0] } == expected)
            #expect(order.hasDuplicates == (Set(names).count < count))
        }
    }

    @Test func sameNamesAreRecognised() {
        var order = FieldOrder()
        let first = message(["b": "1", "a": "2"])
        let second = message(["b": "longer", "a": ""])
        let third = message(["a": "1", "b": "2"])
        #expect(
            [first, second, third, third].map { order.sort($0.fields, in: $0.bytes) } == [true, false, true, false]
        )
    }
}
