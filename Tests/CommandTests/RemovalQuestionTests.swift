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

    /// What a group that stays was to lose is told of the plan alone; then what it has lost.
    @Test func aGroupThatStaysHasLostOnlyWhatWasTaken() {
        let stream = StreamTable["keys.invalidate"]
        let loss = Finding(
            .losesEntries,
            .warning,
            stream: stream.name,
            "a forgets what is pending in it, 29,900 entries"
        )
        let read = Finding(.beingRead, .warning, stream: stream.name, "a is read by c now")
        var item = RemovalItem(
            stream: stream,
            group: Array("a".utf8),
            consumer: nil,
            pending: 29_900,
            waiting: nil,
            consumers: 1,
            silence: nil,
            position: .zero
        )
        let change = RemovalChange(GroupRemoval(.group(stream, item.group, isForced: true)), .group)
        let findings = { (item: RemovalItem) in
            change.findings(Removal(items: [item], minIdle: nil, findings: [loss, read])).map(\.message.text)
        }
        #expect(findings(item) == [loss.message.text, read.message.text])
        item.outcome = .done
        #expect(findings(item) == [loss.message.text, read.message.text])
        item.outcome = .gone
        #expect(findings(item) == [read.message.text])
        (item.outcome, item.forgotten) = (.movedOn(.zero), 1_000)
        #expect(
            findings(item) == [
                read.message.text, "what was emptied and not removed has forgotten 1,000 pending entries already",
            ]
        )
    }
}
