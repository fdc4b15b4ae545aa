/// What the consumers of a stream need to find in a message, as data.
package struct MessageSchema: Sendable, Equatable {
    /// The stream's full name.
    package let stream: [UInt8]
    /// Fields that must be there and not be empty.
    package var required: [String] = []
    /// Fields of which at least one must be there and not be empty; no rule when empty.
    package var anchors: [String] = []
    /// Fields that must be a non-negative integer.
    package var integers: [String] = []
    /// Keys that the JSON object in `data` must have, neither null nor empty; no rule when empty.
    package var eventKeys: [String] = []

    private init(
        _ stream: String,
        required: [String] = [],
        anchors: [String] = [],
        integers: [String] = [],
        eventKeys: [String] = []
    ) {
        self.stream = Array(stream.utf8)
        self.required = required
        self.anchors = anchors
        self.integers = integers
        self.eventKeys = eventKeys
    }

    /// The schema of a stream; nil for one whose consumers ask for no field.
    package static func of(stream: [UInt8]) -> MessageSchema? { all.first { $0.stream == stream } }

    /// The streams whose consumers need certain fields.
    package static let all: [MessageSchema] = [
        MessageSchema(
            StreamTable.auditEvents,
            required: ["data"],
            eventKeys: ["id", "zone_id", "occurred_at"]
        ),
        MessageSchema(
            "caracal.sessions.revoke",
            required: ["zone_id"],
            anchors: ["session_id", "sid", "root_sid", "agent_session_id", "delegation_edge_id"]
        ),
        MessageSchema("caracal.policy.invalidate", required: ["zone_id"]),
        MessageSchema("caracal.keys.invalidate", required: ["zone_id"]),
        MessageSchema("caracal.agents.lifecycle", required: ["event", "zone_id", "agent_session_id"]),
        MessageSchema("caracal.delegations.invalidate", required: ["zone_id", "epoch"], integers: ["epoch"]),
    ]
}
