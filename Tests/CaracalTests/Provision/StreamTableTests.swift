import Caracal
import RESP
import Redis
import Testing
import Text

@Suite struct StreamTableTests {
    @Test func isTheTableOfTheSpecification() {
        let lines = StreamTable.all.map { stream in
            let groups = stream.groups.map(\.name).joined(separator: ",")
            return "\(stream.name) \(stream.bound.map { "\($0)" } ?? "none") [\(groups)] \(stream.publisher.rawValue)"
        }
        #expect(
            lines == [
                "caracal.audit.events 1000000 [audit-ingestor,siem-export] API outbox",
                "caracal.audit.events.dlq 100000 [audit-dlq-observer] Audit service",
                "caracal.policy.invalidate 10000 [opa-engine] API outbox",
                "caracal.sessions.revoke 10000 [sts-revocation,resource-revocation] Coordinator outbox",
                "caracal.keys.invalidate 10000 [sts-keys] API outbox",
                "caracal.agents.lifecycle none [coordinator-relay] Coordinator outbox",
                "caracal.invocations.lifecycle none [invocations-observer] Coordinator outbox",
                "caracal.delegations.invalidate none [delegations-observer] Coordinator outbox",
                "caracal.providers.ratelimit 1 [] API, direct XADD",
            ]
        )
    }

    @Test func theGroupsWithoutAPublicConsumerAreThese() {
        let names = StreamTable.all.flatMap(\.groups).filter { !$0.hasPublicConsumer }.map(\.name)
        #expect(names == ["siem-export", "audit-dlq-observer", "invocations-observer", "delegations-observer"])
    }

    @Test func aStreamIsSignedByTheSchemeOfItsPublisher() {
        let schemes = StreamTable.all.map { stream in stream.scheme.map { "\($0)" } ?? "none" }
        #expect(
            schemes == ["audit", "none", "fields", "fields", "fields", "fields", "fields", "fields", "none"]
        )
    }

    @Test func everyStreamHasAGroupOrASeedThatCreatesIt() {
        for stream in StreamTable.all { #expect(stream.groups.isEmpty == (stream.seed != nil), "\(stream.name)") }
    }

    @Test func namesAreShownWithoutThePrefixAndLeadToTheirDeadLetters() {
        let stream = StreamTable["sessions.revoke"]
        #expect(stream.shortName == "sessions.revoke")
        #expect(stream.deadLetterName == "caracal.sessions.revoke.dead")
        #expect(stream.key == Array("caracal.sessions.revoke".utf8))
        #expect(StreamDefinition.unlisted(stream.name).shortName == "sessions.revoke")
        #expect(StreamDefinition.unlisted(stream.deadLetterName).shortName == "sessions.revoke.dead")
    }

    /// Without the prefix it would be the name of another key, and a line with it would be about that one.
    @Test func namesOutsideTheTableAreShownInFull() {
        for name in ["other", "caracal.other", "caracal.other.dead", "caracal.sessions.revoke.dead.dead", "caracal."] {
            #expect(StreamDefinition.unlisted(name).shortName == name)
            #expect(StreamDefinition.unlisted(name).word == "\(name)")
        }
    }

    @Test func theSeedIsTheSmallestEntryThereIs() {
        let stream = StreamTable["providers.ratelimit"]
        #expect(
            stream.seed?.request(for: stream).command.description == "XADD caracal.providers.ratelimit 0-1 init 1"
        )
    }
}
