import Testing

@testable import Caracal

@Suite struct SignatureVerifierTests {
    private let stream = Array("caracal.sessions.revoke".utf8)

    @Test func unsignedIsNotValid() throws {
        #expect(try verdict(message(["zone_id": "z"])) == SignatureVerdict(outcome: .unsigned))
        #expect(try verdict(Message()) == SignatureVerdict(outcome: .unsigned))
    }

    @Test func withoutAKeyNothingIsValid() throws {
        let signed = try sign(message(["zone_id": "z"]))
        var verifier = try SignatureVerifier(keys: SignatureKeys(audit: key(1)))
        let result = try verifier.verify(stream: stream, signed.fields, in: signed.bytes)
        #expect(result == SignatureVerdict(outcome: .unchecked, scheme: .fields))
    }

    @Test func wrongKeyDoesNotMatch() throws {
        let signed = try sign(message(["zone_id": "z"]), with: key(2))
        #expect(try verdict(signed) == SignatureVerdict(outcome: .invalid(.mismatch), scheme: .fields))
    }

    private static let malformed: [(String, SignatureProblem)] = [
        ("", .wrongLength(0)),
        ("abc", .wrongLength(3)),
        (String(repeating: "a", count: 63), .wrongLength(63)),
        (String(repeating: "a", count: 65), .wrongLength(65)),
        (String(repeating: "a", count: 63) + "g", .notHex),
        (String(repeating: "a", count: 63) + "`", .notHex),
        (String(repeating: "9", count: 63) + ":", .notHex),
        (String(repeating: "0", count: 63) + "/", .notHex),
        ("@" + String(repeating: "A", count: 63), .notHex),
        (String(repeating: "\u{10}", count: 64), .notHex),
    ]

    @Test(arguments: malformed)
    func malformedSignatureIsNamed(text: String, fault: SignatureProblem) throws {
        let entry = message(["zone_id": "z", "_sig": text])
        #expect(try verdict(entry) == SignatureVerdict(outcome: .invalid(fault), scheme: .fields))
    }

    @Test func upperCaseIsValidWithANote() throws {
        let plain = message(["zone_id": "z"])
        let digits = text(try signature(of: plain)).uppercased()
        let result = try verdict(
            Message([(Array("zone_id".utf8), Array("z".utf8)), (Array("_sig".utf8), Array(digits.utf8))])
        )
        #expect(result.outcome == .valid)
        #expect(result.findings == .upperCaseSignature)
    }

    @Test func validEntryHasAFingerprint() throws {
        let plain = message(["zone_id": "z"])
        let first = bytes(hex: text(try signature(of: plain)))[0..<8].reversed().reduce(UInt64(0)) {
            $0 << 8 | UInt64($1)
        }
        #expect(try verdict(sign(plain)).fingerprint == first)
    }

    private static let noteworthy: [([[String]], SignatureFindings)] = [
        ([["a", "1"], ["a", "2"]], .repeatedField),
        ([["a", "1\n2"]], .newlineInValue),
        ([["a", "\n"]], .newlineInValue),
        ([["a\nb", "1"]], .newlineInName),
        ([["a=b", "1"]], .equalsSignInName),
        ([["", "1"]], .emptyName),
        ([["\u{FF5E}", "1"], ["\u{1F600}", "2"]], .orderDiffersInUTF16),
        ([["\u{FF5E}", "1"], ["z", "2"]], []),
        ([["\u{D7FF}", "1"], ["\u{1F600}", "2"]], []),
        ([["caf\u{E9}", "1"], ["cafe\u{301}", "2"]], []),
        ([["a", "é"], ["b", "="], ["c", ""]], []),
    ]

    @Test(arguments: noteworthy)
    func findingsAreExact(fields: [[String]], findings: SignatureFindings) throws {
        let pairs = fields.map { (name: Array($0[0].utf8), value: Array($0[1].utf8)) }
        let result = try verdict(sign(Message(pairs)))
        #expect(result.outcome == .valid)
        #expect(result.findings == findings)
    }

    @Test func bytesThatAreNotUTF8AreFound() throws {
        let value = Message([(name: Array("a".utf8), value: [0xFF])])
        let name = Message([(name: [0xED, 0xA0, 0x80], value: Array("1".utf8))])
        #expect(try verdict(sign(value)).findings == .notUTF8)
        #expect(try verdict(sign(name)).findings == .notUTF8)
        #expect(try verdict(value).findings == .notUTF8)
    }

    @Test func findingsOfOneEntryDoNotStickToTheNext() throws {
        var verifier = try SignatureVerifier(keys: SignatureKeys(fields: key(1)))
        for pairs in [["a": "1\n"], ["a": "1"], ["b=": "1"], ["a": "1"]] as [KeyValuePairs<String, String>] {
            let entry = try sign(message(pairs))
            let fresh = try verdict(entry)
            let reused = try verifier.verify(stream: stream, entry.fields, in: entry.bytes)
            #expect(reused == fresh)
        }
    }

    @Test func entryOfTenThousandFieldsVerifies() throws {
        let pairs = (0..<10_000).map { (name: Array("field\($0 * 7919 % 10_000)".utf8), value: Array("\($0)".utf8)) }
        #expect(try verdict(sign(Message(pairs))).outcome == .valid)
        #expect(try verdict(sign(Message(pairs + [pairs[77]]))).findings == .repeatedField)
    }

    @Test func auditSchemeSignsTheBytesOfData() throws {
        let data = Array("{\"id\":\"1\"}\n".utf8)
        let code = NaiveHMAC.code(key: Array(repeating: 3, count: 32), data)
        let entry = Message([
            (Array("id".utf8), Array("1".utf8)), (FieldName.data, data), (Array("sig".utf8), Array(hex(code).utf8)),
        ])
        var verifier = try SignatureVerifier(keys: SignatureKeys(audit: key(3)))
        let result = try verifier.verify(stream: Array("caracal.audit.events".utf8), entry.fields, in: entry.bytes)
        #expect(result.outcome == .valid)
        #expect(result.scheme == .audit)
        #expect(result.findings == [])
        let elsewhere = try verifier.verify(stream: stream, entry.fields, in: entry.bytes)
        #expect(elsewhere.findings == .unexpectedScheme)
    }

    @Test func auditSignatureWithoutDataIsUnsigned() throws {
        #expect(try verdict(message(["sig": "ab"])).outcome == .unsigned)
    }

    @Test func theStreamsOwnSchemeIsCheckedWhenBothAreThere() throws {
        let entry = message(["data": "x", "sig": "no", "_sig": "neither"])
        #expect(try verdict(entry).scheme == .fields)
        var verifier = try SignatureVerifier(keys: SignatureKeys(audit: key(1)))
        let result = try verifier.verify(stream: Array("caracal.audit.events".utf8), entry.fields, in: entry.bytes)
        #expect(result.scheme == .audit)
        #expect(result.outcome == .invalid(.wrongLength(2)))
    }

    private func verdict(_ message: Message) throws -> SignatureVerdict {
        var verifier = try SignatureVerifier(keys: SignatureKeys(fields: key(1)))
        return try verifier.verify(stream: stream, message.fields, in: message.bytes)
    }

    private func signature(of message: Message, with signing: SigningKey? = nil) throws -> [UInt8] {
        var order = FieldOrder()
        var form = CanonicalForm()
        order.sort(message.fields, in: message.bytes)
        form.write(stream: stream, message.fields, in: message.bytes, order: order)
        return try Signer(key: signing ?? key(1)).sign(form.bytes, form.range).hex
    }

    private func sign(_ message: Message, with signing: SigningKey? = nil) throws -> Message {
        var signed = message
        signed.append(name: FieldName.signature, value: try signature(of: message, with: signing))
        return signed
    }
}
