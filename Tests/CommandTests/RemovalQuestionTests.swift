import Redis
import Testing
import Text

@testable import Caracal
@testable import CaracalCommands

/// What is asked before groups are removed.
@Suite struct RemovalQuestionTests {
    /// A peer may say of each group that it holds as many as there can be.
    @Test func pendingEntriesThatNoNumberHoldsAreCountedAsFarAsOneGoes() {
        let stream = StreamTable["keys.invalidate"]
        let items = ["a", "b"].map { name in
            RemovalItem(
                stream: stream,
                group: Array(name.utf8),
                consumer: nil,
                pending: .max,
                waiting: nil,
                consumers: 0,
                silence: nil,
                position: .zero
            )
        }
        let removal = Removal(items: items, minIdle: nil, findings: [])
        let change = RemovalChange(GroupRemoval(.leftOver([stream])), .groups)
        #expect(change.question(removal).text.hasPrefix("Remove 2 groups from caracal.keys.invalidate, and forget "))
    }
}
