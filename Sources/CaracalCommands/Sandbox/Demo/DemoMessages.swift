import Caracal
import RESP
import Redis
import Rendering

/// The messages on the bus of a demo: the same at every start, but for ids, times and signatures.
struct DemoMessages {
    /// Names and values of an entry, in order.
    typealias Fields = [(name: [UInt8], value: [UInt8])]

    private let keys: [SignatureScheme: SigningKey]
    private var encoders: [[UInt8]: EntryEncoder] = [:]

    /// - Parameter keys: the key of each scheme.
    init(_ keys: [SignatureScheme: SigningKey]) { self.keys = keys }

    /// The entry of that number on a stream, signed as its publisher signs.
    mutating func entry(_ number: Int, of stream: StreamDefinition, at time: UInt64) throws -> Fields {
        try signed(Self.fields(number, of: stream, at: time), for: stream)
    }

    /// Fields with the signature that the consumers of a stream expect.
    mutating func signed(_ pairs: [(String, String)], for stream: StreamDefinition) throws -> Fields {
        var message = Message(pairs.map { (Array($0.0.utf8), Array($0.1.utf8)) })
        let scheme = SignatureScheme.expected(on: stream.key)
        if encoders[stream.key] == nil {
            let signing = keys[scheme].map { (scheme: scheme, key: $0) }
            encoders[stream.key] = try EntryEncoder(PublishRules(stream: stream, signing: signing, outboxID: .none))
        }
        var command = CommandEncoder()
        try encoders[stream.key]?.append(&message, to: &command)
        return message.fields.indices.map { (Array(message.name(at: $0)), Array(message.value(at: $0))) }
    }

    /// What a publisher writes, before it is signed.
    static func fields(_ number: Int, of stream: StreamDefinition, at time: UInt64) -> [(String, String)] {
        let zone = zones[number % zones.count]
        let moment = Format.timestamp(milliseconds: time) ?? ""
        let outboxID = ("outbox_id", uuid(number, kind: 1, at: time))
        let session = uuid(number, kind: 2, at: time)
        switch stream.shortName {
        case "audit.events": return [("data", event(number, zone, at: time)), outboxID]
        case "policy.invalidate":
            return [
                outboxID, ("zone_id", zone), ("policy_set_id", "ps-core"), ("policy_set_version_id", "psv-\(number)"),
                ("shadow_version_id", ""),
            ]
        case "sessions.revoke":
            let reason = number % 3 == 0 ? "agent_terminated" : "grant_revoked"
            return [
                outboxID, ("dedupe_key", "revoke-\(number)"), ("zone_id", zone), ("reason", reason),
                ("grant_id", "grant-\(number)"),
                ("session_id", number == DemoBus.example.number ? DemoBus.example.session : session),
            ]
        case "agents.lifecycle":
            return [
                outboxID, ("event", number % 2 == 0 ? "agent.started" : "agent.stopped"), ("zone_id", zone),
                ("agent_session_id", session), ("application_id", "app-\(number % 5)"),
                ("status", number % 2 == 0 ? "active" : "terminated"), ("occurred_at", moment),
            ]
        case "invocations.lifecycle":
            return [
                outboxID, ("event", "invocation.completed"), ("zone_id", zone), ("invocation_id", session),
                ("status", number % 7 == 0 ? "failed" : "succeeded"), ("occurred_at", moment),
            ]
        case "delegations.invalidate": return [outboxID, ("zone_id", zone), ("epoch", "\(number + 1)")]
        default: return [outboxID, ("zone_id", zone)]
        }
    }

    private static let zones = ["zone-eu", "zone-us", "zone-ap"]

    /// An audit event, as JSON.
    private static func event(_ number: Int, _ zone: String, at time: UInt64) -> String {
        let isDenied = number % 6 == 0
        return json([
            ("id", uuid(number, kind: 3, at: time)), ("zone_id", zone),
            ("occurred_at", Format.timestamp(milliseconds: time) ?? ""),
            ("event_type", number % 4 == 0 ? "token.exchange" : "authorization.decision"),
            ("request_id", "req-\(number)"), ("decision", isDenied ? "deny" : "allow"), ("policy_set_id", "ps-core"),
            ("policy_set_version_id", "psv-\(number / 100)"), ("evaluation_status", "complete"),
            ("determining_policies_json", isDenied ? #"["no-weekend-access"]"# : #"["default-allow"]"#),
            ("metadata_json", #"{"client":"agent-\#(number % 5)"}"#),
        ])
    }

    /// A JSON object of texts, on one line.
    static func json(_ members: [(String, String)]) -> String {
        let object = JSONValue.object(members.map { JSONMember($0.0, .string($0.1)) })
        return String(decoding: object.line().dropLast(), as: UTF8.self)
    }

    /// A UUIDv7 of a moment.
    static func uuid(_ number: Int, kind: Int, at time: UInt64) -> String {
        let clock = hexadecimal(time, digits: 12)
        let node = hexadecimal(UInt64(number), digits: 12)
        return
            "\(clock.prefix(8))-\(clock.suffix(4))-7\(hexadecimal(UInt64(number % 4096), digits: 3))-8\(hexadecimal(UInt64(kind), digits: 3))-\(node)"
    }

    private static func hexadecimal(_ number: UInt64, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text.suffix(digits)
    }
}
