import Testing

@testable import Caracal
import Text

@Suite struct SignatureExplainerTests {
    private let stream = Array("caracal.sessions.revoke".utf8)
    private let other = Array("caracal.keys.invalidate".utf8)
    private let fields = [Self.pair("zone_id", "z"), Self.pair("sid", "s1")]

    @Test func previousKeyIsRecognised() throws {
        try expect(
            fields,
            signedAs: form(stream, fields),
            key: 2,
            .init(key: .previous, form: .same),
            "valid under the previous key"
        )
    }

    @Test func theOtherSchemesKeysAreRecognised() throws {
        let text = form(stream, fields)
        try expect(
            fields,
            signedAs: text,
            key: 3,
            .init(key: .otherScheme, form: .same),
            "valid under the other scheme's key"
        )
        try expect(
            fields,
            signedAs: text,
            key: 4,
            .init(key: .previousOfOtherScheme, form: .same),
            "valid under the other scheme's previous key"
        )
    }

    @Test func anotherStreamIsNamed() throws {
        try expect(
            fields,
            signedAs: form(other, fields),
            key: 1,
            .init(key: .current, form: .otherStream(other)),
            "signed for caracal.keys.invalidate: copied from another stream"
        )
        try expect(
            fields,
            signedAs: form(other, fields),
            key: 2,
            .init(key: .previous, form: .otherStream(other)),
            "signed for caracal.keys.invalidate: copied from another stream, under the previous key"
        )
    }

    @Test func addedSecondValueIsRecognised() throws {
        try expect(
            fields + [Self.pair("sid", "s2")],
            signedAs: form(stream, fields),
            key: 1,
            .init(key: .current, form: .firstValues),
            "signed with the first value of a field given twice: a second one was added"
        )
    }

    @Test func bothValuesSignedIsRecognised() throws {
        let twice = [Self.pair("sid", "s1"), Self.pair("sid", "s2")]
        try expect(
            twice,
            signedAs: form(stream, twice),
            key: 1,
            .init(key: .current, form: .everyValue),
            "signed with both values of a field given twice"
        )
    }

    @Test func utf16OrderIsRecognised() throws {
        let names = [Self.pair("\u{1F600}", "1"), Self.pair("\u{FF5E}", "2")]
        try expect(
            names,
            signedAs: form(stream, names),
            key: 1,
            .init(key: .current, form: .utf16Order),
            "signed with the field names in UTF-16 order"
        )
    }

    @Test func dataSignedInTheFieldsSchemesPlaceIsRecognised() throws {
        try expect(
            [Self.pair("data", "{}")],
            signedAs: Array("{}".utf8),
            key: 1,
            .init(key: .current, form: .otherScheme),
            "signed by the other scheme's rule"
        )
    }

    @Test func auditFailuresAreExplained() throws {
        let audit = Array("caracal.audit.events".utf8)
        let data = [Self.pair("data", "{}")]
        try expect(
            data,
            on: audit,
            field: "sig",
            signedAs: Array("{}".utf8),
            key: 4,
            .init(key: .previous, form: .same),
            "valid under the previous key"
        )
        try expect(
            data,
            on: audit,
            field: "sig",
            signedAs: form(audit, data),
            key: 3,
            .init(key: .current, form: .otherScheme),
            "signed by the other scheme's rule"
        )
        try expect(
            data + [Self.pair("data", "[]")],
            on: audit,
            field: "sig",
            signedAs: Array("{}".utf8),
            key: 3,
            .init(key: .current, form: .firstValues),
            "signed with the first value of a field given twice: a second one was added"
        )
    }

    @Test func strangersSignatureHasNoExplanation() throws {
        try expect(fields, signedAs: form(stream, fields), key: 9, nil, nil)
    }

    @Test func hugeEntryIsNotLookedInto() throws {
        let huge = [Self.pair("a", String(repeating: "x", count: SignatureExplainer.sizeLimit))]
        try expect(huge, signedAs: form(stream, huge), key: 2, nil, nil)
    }

    private func expect(
        _ pairs: [(name: [UInt8], value: [UInt8])],
        on stream: [UInt8]? = nil,
        field: String = "_sig",
        signedAs text: [UInt8],
        key byte: UInt8,
        _ explanation: SignatureExplanation?,
        _ words: String?
    ) throws {
        let code = NaiveHMAC.code(key: Array(repeating: byte, count: 32), text)
        let entry = Message(pairs + [Self.pair(field, hex(code))])
        let keys = SignatureKeys(
            fields: try key(1),
            audit: try key(3),
            previousFields: try key(2),
            previousAudit: try key(4)
        )
        let stream = stream ?? self.stream
        var verifier = try SignatureVerifier(keys: keys)
        let verdict = try verifier.verify(stream: stream, entry.fields, in: entry.bytes)
        #expect(verdict.outcome == .invalid(.mismatch))
        var explainer = try SignatureExplainer(keys: keys, streams: [self.stream, other])
        let found = try explainer.explain(stream: stream, entry.fields, in: entry.bytes)
        #expect(found == explanation)
        #expect(found?.description == words)
    }

    private static func pair(_ name: String, _ value: String) -> (name: [UInt8], value: [UInt8]) {
        (name: Array(name.utf8), value: Array(value.utf8))
    }

    /// The form of these fields as they stand, `zone_id` after `sid`.
    private func form(_ stream: [UInt8], _ pairs: [(name: [UInt8], value: [UInt8])]) -> [UInt8] {
        let isZoneFirst = pairs.first?.name == Array("zone_id".utf8)
        return (isZoneFirst ? pairs.reversed() : pairs).reduce(stream + [0x0A]) {
            $0 + $1.name + [0x3D] + $1.value + [0x0A]
        }
    }
}
