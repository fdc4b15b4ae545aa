import Caracal
import RESP
import Redis

/// Dead letters of a demo, in each of the three shapes that the services write.
struct DemoDeadLetters {
    /// Why audit events died, and how many minutes ago.
    private static let reasons: [(reason: String, minutes: UInt64)] = [
        ("json_parse_error: unexpected end of JSON input", 180),
        ("pg_permanent_error: duplicate key value violates unique constraint", 170),
        ("pg_permanent_error: value too long for type character varying(64)", 150),
        ("hmac_verify_failed", 120), ("hmac_verify_failed", 118),
        ("transient_exceeded_max_deliveries: connection refused", 95),
        ("pg_permanent_error: duplicate key value violates unique constraint", 80),
        ("transient_exceeded_max_deliveries: connection refused", 60),
        ("transient_exceeded_max_deliveries: too many clients already", 41),
    ]

    /// The commands that put them on their streams.
    static func commands(_ messages: inout DemoMessages, now: UInt64) throws -> [Command] {
        var commands: [Command] = []
        for (number, death) in reasons.enumerated() {
            let time = now - death.minutes * 60_000
            commands.append(try audit(number, death.reason, &messages, at: time, id: "\(time)-0"))
        }
        commands += try service(&messages, now: now)
        // One names nothing that could be revoked, one was forged.
        for (reason, minutes) in [("missing_revocation_anchor", 33), ("invalid_signature", 27)] as [(String, UInt64)] {
            commands.append(try connector(reason, 0, &messages, at: now - minutes * 60_000))
        }
        return commands
    }

    /// Makes the signature, which is the last field, a wrong one.
    private static func forge(_ fields: inout DemoMessages.Fields) {
        fields[fields.count - 1].value.reverse()
    }

    /// Turns what an event decided into the opposite, which was not signed.
    private static func alter(_ data: inout [UInt8]) {
        let text = String(decoding: data, as: UTF8.self)
        let isDenied = text.contains(#""decision":"deny""#)
        let words = isDenied ? ("deny", "allow") : ("allow", "deny")
        data = Array(text.replacing(#""decision":"\#(words.0)""#, with: #""decision":"\#(words.1)""#).utf8)
    }

    /// As the Audit service writes them: each source field under `src_`. What failed its signature was altered, what could not be
    /// parsed is cut off.
    static func audit(
        _ number: Int,
        _ reason: String,
        _ messages: inout DemoMessages,
        at time: UInt64,
        id: String
    ) throws -> Command {
        let received = time - 30_000
        let stream = StreamTable["audit.events"]
        var pairs = DemoMessages.fields(10_000 + number, of: stream, at: received)
        if reason.hasPrefix("json") { pairs[0].1.removeLast(40) }
        var fields = try messages.signed(pairs, for: stream)
        if reason.hasPrefix("hmac") { alter(&fields[0].value) }
        let head = [("reason", reason), ("src_id", "\(received)-0"), ("received_at", "\(received)")]
        let source = fields.map { (name: Array("src_".utf8) + $0.name, value: $0.value) }
        return command(
            StreamTable["audit.events.dlq"].name,
            id,
            head.map { (Array($0.0.utf8), Array($0.1.utf8)) } + source
        )
    }

    /// As STS and Gateway write them: signed for the stream of dead letters itself.
    private static func service(_ messages: inout DemoMessages, now: UInt64) throws -> [Command] {
        try [("sessions.revoke", 75), ("agents.lifecycle", 52)].map { name, minutes in
            let (stream, time) = (StreamTable[name], now - UInt64(minutes) * 60_000)
            let values = text(try messages.entry(20_000, of: stream, at: time))
            let letter = [
                ("original_id", "\(time)-0"), ("error", "context deadline exceeded"),
                ("values", DemoMessages.json(values)),
            ]
            let fields = try messages.signed(letter, for: .unlisted(stream.deadLetterName))
            return command(stream.deadLetterName, "\(time)-0", fields)
        }
    }

    /// As the revocation connectors write them: unsigned. What misses its anchor names nothing that could be revoked, what failed its
    /// signature was forged.
    static func connector(
        _ reason: String,
        _ number: Int,
        _ messages: inout DemoMessages,
        at time: UInt64
    ) throws -> Command {
        let stream = StreamTable["sessions.revoke"]
        var pairs = DemoMessages.fields(30_000 + number, of: stream, at: time)
        if reason.hasPrefix("missing") { pairs.removeAll { $0.0 == "session_id" } }
        var source = try messages.signed(pairs, for: stream)
        if reason.hasPrefix("invalid") { forge(&source) }
        let letter = [("source_id", "\(time)-0"), ("reason", reason), ("payload", DemoMessages.json(text(source)))]
        return command(stream.deadLetterName, "\(time)-0", letter.map { (Array($0.0.utf8), Array($0.1.utf8)) })
    }

    private static func text(_ fields: DemoMessages.Fields) -> [(String, String)] {
        fields.map { (String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self)) }
    }

    private static func command(_ key: String, _ id: String, _ fields: DemoMessages.Fields) -> Command {
        let bound = ["MAXLEN", "~", "10000", id]
        return Command(
            "XADD",
            arguments: [Array(key.utf8)] + bound.map { Array($0.utf8) } + fields.flatMap { [$0.name, $0.value] }
        )
    }
}
