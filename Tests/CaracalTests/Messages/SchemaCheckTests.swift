import Testing

@testable import Caracal
import Text

@Suite struct SchemaCheckTests {
    private static let revoke = "caracal.sessions.revoke"
    private static let anchors = ["session_id", "sid", "root_sid", "agent_session_id", "delegation_edge_id"]
    private static let audit = "caracal.audit.events"
    private static let delegations = "caracal.delegations.invalidate"

    @Test(
        arguments: [
            (revoke, [["sid", "s"]], .missing(field: "zone_id")),
            (revoke, [["zone_id", ""], ["sid", "s"]], .empty(field: "zone_id")),
            (revoke, [["zone_id", "z"], ["reason", "r"]], .noAnchor(of: anchors)),
            (revoke, [["zone_id", "z"], ["sid", ""]], .noAnchor(of: anchors)),
            ("caracal.keys.invalidate", [["a", "b"]], .missing(field: "zone_id")),
            ("caracal.policy.invalidate", [["a", "b"]], .missing(field: "zone_id")),
            ("caracal.agents.lifecycle", [["zone_id", "z"], ["agent_session_id", "a"]], .missing(field: "event")),
            (delegations, [["zone_id", "z"]], .missing(field: "epoch")),
            (delegations, [["zone_id", "z"], ["epoch", "-1"]], .notAnInteger(field: "epoch")),
            (delegations, [["zone_id", "z"], ["epoch", "+1"]], .notAnInteger(field: "epoch")),
            (delegations, [["zone_id", "z"], ["epoch", "1.0"]], .notAnInteger(field: "epoch")),
            (delegations, [["zone_id", "z"], ["epoch", "9223372036854775808"]], .notAnInteger(field: "epoch")),
            (audit, [["id", "1"]], .missing(field: "data")),
            (audit, [["data", "{}"]], .missingEventKey("id")),
            (audit, [["data", "{\"id\":\"1\",\"zone_id\":\"z\"}"]], .missingEventKey("occurred_at")),
            (audit, [["data", "{\"id\":\"1\",\"zone_id\":null,\"occurred_at\":1}"]], .missingEventKey("zone_id")),
            (audit, [["data", "[]"]], .malformedEvent(JSONError(column: 1, reason: .expected(.object, found: 0x5B)))),
        ] as [(String, [[String]], SchemaError)]
    )
    func violationNamesTheField(stream: String, fields: [[String]], violation: SchemaError) throws {
        #expect(throws: violation) { try Self.check(stream, fields) }
    }

    @Test(arguments: anchors)
    func oneAnchorIsEnough(anchor: String) throws {
        try Self.check(Self.revoke, [["zone_id", "z"], [anchor, "x"]])
    }

    @Test(arguments: ["0", "007", "9223372036854775807"])
    func epochIsAnyCount(epoch: String) throws {
        try Self.check(Self.delegations, [["zone_id", "z"], ["epoch", epoch]])
    }

    @Test func wholeAuditEventIsAccepted() throws {
        try Self.check(
            Self.audit,
            [["data", "{\"id\":\"1\",\"zone_id\":\"z\",\"occurred_at\":1763444000000,\"x\":[{}]}"]]
        )
    }

    @Test(arguments: ["caracal.providers.ratelimit", "caracal.sessions.revoke.dead", "caracal.audit.events.dlq", "x"])
    func otherStreamsHaveNoSchema(stream: String) {
        #expect(MessageSchema.of(stream: Array(stream.utf8)) == nil)
    }

    @Test(
        arguments: [
            (.missing(field: "zone_id"), "field zone_id is missing"),
            (.empty(field: "zone_id"), "field zone_id is empty"),
            (.noAnchor(of: ["sid", "root_sid"]), "none of sid, root_sid is there: nothing to revoke"),
            (.notAnInteger(field: "epoch"), "field epoch is not an integer from 0 to 9223372036854775807"),
            (
                .malformedEvent(JSONError(column: 3, reason: .notUTF8)),
                "field data is not a JSON object: byte 3: not UTF-8"
            ),
            (.missingEventKey("id"), "the event in field data has no id"),
        ] as [(SchemaError, String)]
    )
    func violationIsOneClearLine(violation: SchemaError, text: String) {
        #expect(violation.description == text)
    }

    private static func check(_ stream: String, _ fields: [[String]]) throws {
        var check = SchemaCheck(try #require(MessageSchema.of(stream: Array(stream.utf8))))
        try check.check(Message(fields.map { (name: Array($0[0].utf8), value: Array($0[1].utf8)) }))
    }
}
