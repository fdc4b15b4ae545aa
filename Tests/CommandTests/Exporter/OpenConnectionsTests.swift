import Testing

@testable import CaracalCommands

@Suite struct OpenConnectionsTests {
    private typealias Surplus = OpenConnections<Int>.Surplus

    /// Connections 1, 2 and 3, of at most three.
    private func three() -> OpenConnections<Int> {
        var open = OpenConnections<Int>(most: 3)
        for client in 1...3 { #expect(open.add(client) { _ in true } == nil) }
        return open
    }

    @Test func theOneThatHasWaitedLongestIsToldAndGoes() {
        var open = three()
        #expect(open.add(4) { _ in true } == Surplus(client: 1, takesWords: true))
        #expect(open.add(5) { _ in true } == Surplus(client: 2, takesWords: true))
        open.remove(4)
        #expect(open.add(6) { _ in true } == nil)
    }

    @Test func oneThatHadAnAnswerIsNotTold() {
        var open = three()
        for client in [2, 1, 3] {
            open.begin(client)
            open.end(client)
        }
        #expect(open.add(4) { _ in true } == Surplus(client: 2, takesWords: false))
    }

    @Test func oneInTheMiddleOfAnAnswerStaysWhileAnotherHasNothingInHand() {
        var open = three()
        open.begin(1)
        open.begin(2)
        #expect(open.add(4) { _ in true } == Surplus(client: 3, takesWords: true))
        #expect(open.add(5) { _ in true } == Surplus(client: 4, takesWords: true))
    }

    @Test func whereAllAreInTheMiddleOneGoesWithoutWords() {
        var open = three()
        for client in 1...3 { open.begin(client) }
        // The first waits for a look: its answer is on its way.
        #expect(open.add(4) { $0 != 1 } == Surplus(client: 2, takesWords: false))
        open.begin(4)
        #expect(open.add(5) { _ in false } == nil)
    }
}
