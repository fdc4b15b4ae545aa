import Caracal
import Testing

@testable import CaracalCommands
import Text

@Suite struct StreamNamesTests {
    @Test func noNameMeansTheWholeTable() throws {
        #expect(try StreamNames.resolve([]) == StreamTable.all)
    }

    @Test(arguments: StreamTable.all)
    func thePrefixMayBeLeftOut(stream: StreamDefinition) throws {
        #expect(try StreamNames.resolve([stream.name]) == [stream])
        #expect(try StreamNames.resolve([stream.shortName]) == [stream])
    }

    @Test func aNameGivenTwiceCountsOnceInTheOrderGiven() throws {
        let names = ["keys.invalidate", "audit.events", "caracal.keys.invalidate"]
        #expect(try StreamNames.resolve(names).map(\.shortName) == ["keys.invalidate", "audit.events"])
    }

    @Test(arguments: [
        ("audit.event", "did you mean audit.events?"), ("caracal.audit.event", "did you mean audit.events?"),
        ("session.revoke", "did you mean sessions.revoke?"), ("Audit.Events", "did you mean audit.events?"),
        ("key.invalidate.dead", "did you mean keys.invalidate?"),
    ])
    func aTypoIsAnsweredWithTheNearestName(name: String, advice: String) {
        #expect(throws: CommandError(.usage, "\(name) is not a stream of the bus (\(advice))")) {
            try StreamNames.resolve([name])
        }
    }

    /// Nothing but the commands for dead letters takes them without being told to.
    @Test(arguments: ["sessions.revoke.dead", "caracal.sessions.revoke.dead"])
    func deadLettersAreToldWhatIsForThem(name: String) {
        let advice =
            "caracalctl dlq --stream sessions.revoke.dead shows them, dlq purge removes them; "
            + "commands with --any-stream take caracal.sessions.revoke.dead"
        #expect(throws: CommandError(.usage, "\(name) is a stream of dead letters (\(advice))")) {
            try StreamNames.resolve([name])
        }
        #expect(throws: Never.self) { try StreamNames.key(of: name) }
    }

    /// Those of audit events are elsewhere: the Audit service has a stream of its own for them.
    @Test func deadAuditEventsAreToldWhereTheyAre() {
        let advice =
            "caracalctl dlq --stream audit.events.dead shows them, dlq purge removes them; "
            + "commands with --any-stream take caracal.audit.events.dead; those of the Audit service are in audit.events.dlq"
        #expect(throws: CommandError(.usage, "audit.events.dead is a stream of dead letters (\(advice))")) {
            try StreamNames.resolve(["audit.events.dead"])
        }
    }

    @Test(arguments: ["x", "", "caracal."])
    func aNameLikeNoOtherIsAnsweredWithAllOfThem(name: String) {
        let all = StreamTable.all.map(\.shortName).joined(separator: ", ")
        #expect(throws: CommandError(.usage, "\(name) is not a stream of the bus (the streams are \(all))")) {
            try StreamNames.resolve([name])
        }
    }

    @Test func aNameWithAnEscapeSequenceIsShownEscaped() {
        let failure = #expect(throws: CommandError.self) { try StreamNames.resolve(["\u{1B}[31maudit.events"]) }
        #expect(failure?.message.text.contains("\u{1B}") == false)
    }
}
