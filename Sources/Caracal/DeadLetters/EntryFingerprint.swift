import COpenSSL
import Redis

/// What an entry's fields come to, in their order: by it a script compares an entry with what was looked at before, and acts
/// on it in the same step.
///
/// SHA-1 of `length:bytes` of every name and value: the one digest that Redis's Lua has (`redis.sha1hex`).
package struct EntryFingerprint: Hashable, Sendable {
    /// The digest, its first byte the highest.
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// The fingerprint of the entry whose `fields` lie in `bytes`.
    package init(_ fields: [FieldRange], in bytes: [UInt8]) throws(CryptographyError) {
        var text: [UInt8] = []
        text.reserveCapacity(fields.reduce(0) { $0 + $1.name.count + $1.value.count + 16 })
        for field in fields {
            for part in [field.name, field.value] {
                text += String(part.count).utf8
                text.append(UInt8(ascii: ":"))
                text += bytes[part]
            }
        }
        var digest = [UInt8](repeating: 0, count: 20)
        var count = 0
        let isDone = digest.withUnsafeMutableBufferPointer { digest in
            text.withUnsafeBytes {
                EVP_Q_digest(nil, "SHA1", nil, $0.baseAddress, $0.count, digest.baseAddress, &count)
            }
        }
        guard isDone == 1, count == digest.count else { throw CryptographyError("EVP_Q_digest") }
        high = digest[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        middle = digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        low = digest[16...].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// 40 hexadecimal digits, as the script compares it.
    var text: [UInt8] {
        let words = [high >> 32, high & 0xFFFF_FFFF, middle >> 32, middle & 0xFFFF_FFFF, UInt64(low)]
        return words.flatMap { word in
            stride(from: 28, through: 0, by: -4).map { HexText.lowerCaseDigit(UInt8(word >> UInt64($0) & 15)) }
        }
    }

    /// A function in Lua, `state(key, id, fingerprint)`: 0 where there is no such entry, 1 where it is the one, 2 where it is
    /// another one.
    static let script = """
        local function state(key, id, fingerprint)
        local found = redis.call('XRANGE', key, id, id)
        if #found == 0 then return 0 end
        local parts = {}
        for i, part in ipairs(found[1][2]) do parts[i] = #part .. ':' .. part end
        if redis.sha1hex(table.concat(parts)) == fingerprint then return 1 end
        return 2
        end
        """
}

/// A fingerprint of an entry's fields in any order, by which equal entries are found within one run.
///
/// 128 bits under a seed that differs from run to run: nobody can make two entries that are taken for one.
struct FieldsDigest: Hashable {
    private var low = 0
    private var high = 0

    init(_ fields: [FieldRange], in bytes: [UInt8]) {
        for field in fields {
            low &+= Self.hash(field, bytes, half: 0)
            high &+= Self.hash(field, bytes, half: 1)
        }
    }

    private static func hash(_ field: FieldRange, _ bytes: [UInt8], half: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(half)
        hasher.combine(field.name.count)
        bytes.withUnsafeBytes { raw in
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: raw[field.name]))
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: raw[field.value]))
        }
        return hasher.finalize()
    }
}

/// What was in a dead letter, and where it came from: two dead letters of one message have the same.
struct DeadMessage: Hashable {
    private let source: EntryID?
    private let fields: FieldsDigest

    init(source: EntryID?, fields: FieldsDigest) {
        self.source = source
        self.fields = fields
    }

    /// The message that a dead letter holds; nil where two with the same fields may be two messages.
    init?(_ head: DeadLetterHead, _ fields: [FieldRange], in bytes: [UInt8]) {
        guard head.sourceID != nil || Self.isNamed(by: fields, in: bytes) else { return nil }
        self.init(source: head.sourceID, fields: FieldsDigest(fields, in: bytes))
    }

    /// Whether its fields name a message, where the id of its entry is lost.
    static func isNamed(by fields: [FieldRange], in bytes: [UInt8]) -> Bool {
        fields.contains { names.contains(Array(bytes[$0.name])) }
    }

    private static let names = [Array("id".utf8), FieldName.outboxID]
}
