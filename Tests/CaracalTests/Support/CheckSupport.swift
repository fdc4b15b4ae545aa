import Redis

@testable import Caracal
import Text

/// Keys and entries for the tests of checking signatures.
enum CheckSupport {
    static let revocations = "caracal.sessions.revoke"
    static var key: SigningKey? { try? SigningKey(hex: Array(repeating: UInt8(ascii: "7"), count: 64)) }
    static var otherKey: SigningKey? { try? SigningKey(hex: Array(repeating: UInt8(ascii: "6"), count: 64)) }
    static var keys: SignatureKeys { SignatureKeys(fields: key, audit: key) }

    static func message(_ fields: KeyValuePairs<String, String>) -> Message {
        Message(fields.map { (name: Array($0.key.utf8), value: Array($0.value.utf8)) })
    }

    /// A message signed for `stream` by the fields scheme.
    static func signed(
        _ fields: KeyValuePairs<String, String>,
        for stream: String = revocations,
        with key: SigningKey? = key
    ) throws -> Message {
        var message = message(fields)
        var order = FieldOrder()
        var form = CanonicalForm()
        order.sort(message.fields, in: message.bytes)
        form.write(stream: Array(stream.utf8), message.fields, in: message.bytes, order: order)
        message.append(name: FieldName.signature, value: try signature(form.bytes, form.range, key))
        return message
    }

    /// `fields` and the signature of `data` by the audit scheme.
    static func audited(_ data: String, _ prefix: String = "", with key: SigningKey? = key) throws -> Message {
        let bytes = Array(data.utf8)
        var message = Message()
        message.append(name: Array("\(prefix)data".utf8), value: bytes)
        message.append(name: Array("\(prefix)sig".utf8), value: try signature(bytes, bytes.indices, key))
        return message
    }

    /// The dead letter of an audit event with both signatures, of which the second may be wrong.
    static func twiceSigned(isWrong: Bool) throws -> Message {
        let sig = try audited("{}").value(at: 1).readable
        let fields: KeyValuePairs = ["data": "{}", "id": "019abc00-0000", "sig": sig]
        let source = try signed(fields, for: "caracal.audit.events", with: isWrong ? otherKey : key)
        var letter = message(["reason": "pg_permanent_error:x"])
        for index in source.fields.indices {
            letter.append(name: Array("src_".utf8) + source.name(at: index), value: source.value(at: index))
        }
        return letter
    }

    /// The fields of a message as `name=value`.
    static func pairs(_ message: Message) -> [String] {
        message.fields.indices.map { "\(message.name(at: $0).readable)=\(message.value(at: $0).readable)" }
    }

    /// A message as the JSON object that dead letters hold.
    static func json(_ message: Message) -> String {
        let members = message.fields.indices.map {
            "\"\(message.name(at: $0).readable)\":\"\(message.value(at: $0).readable)\""
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// What checking one entry of a stream comes to.
    static func check(
        _ message: Message,
        on stream: String = revocations,
        keys: SignatureKeys = keys,
        rules: SignatureRules = SignatureRules()
    ) throws -> SignatureReport {
        try check([message], on: stream, keys: keys, rules: rules)
    }

    /// What checking entries of a stream comes to; their ids count from `1-0`.
    static func check(
        _ messages: [Message],
        on stream: String = revocations,
        keys: SignatureKeys = keys,
        rules: SignatureRules = SignatureRules()
    ) throws -> SignatureReport {
        var check = try SignatureCheck(keys: keys, rules: rules)
        check.begin(SignatureTarget(key: Array(stream.utf8)))
        for (index, message) in messages.enumerated() {
            try check.check(id: Array("\(index + 1)-0".utf8)[...], message.fields, in: message.bytes)
        }
        check.end()
        return check.report
    }

    private static func signature(_ bytes: [UInt8], _ range: Range<Int>, _ key: SigningKey?) throws -> [UInt8] {
        try Signer.optional(key)?.sign(bytes, range).hex ?? []
    }
}

extension SignatureReport {
    /// Entries, valid, warned, invalid, unsigned, unchecked: of the first stream's own entries.
    var own: [UInt64] { figures(\.own) }

    /// The same of the source entries inside its dead letters.
    var sources: [UInt64] { figures(\.sources) }

    /// What is said of the listed entries, in order.
    var reasons: [String] {
        entries.map { ([$0.judgement.reason].compactMap(\.self) + $0.judgement.remarks).joined(separator: "; ").text }
    }

    private func figures(_ tally: KeyPath<CheckedStream, SignatureTally>) -> [UInt64] {
        guard let tally = streams.first?[keyPath: tally] else { return [] }
        return [tally.entries, tally.valid, tally.warned, tally.invalid, tally.unsigned, tally.unchecked]
    }
}
