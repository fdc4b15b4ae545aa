import Testing

@testable import Caracal
import Text

@Suite struct SignatureFindingsTests {
    @Test func everyFindingHasACodeAndWords() {
        let all = SignatureFindings(rawValue: 0x1FF)
        #expect(
            all.codes == [
                "repeated_field", "newline_in_value", "newline_in_name", "equals_in_name", "empty_name", "not_utf8",
                "upper_case", "utf16_order", "unexpected_scheme",
            ]
        )
        #expect(Set(all.descriptions.map(\.text)).count == 9)
        #expect(SignatureFindings().codes == [])
        #expect(SignatureFindings.repeatedField.descriptions == ["a field is given twice: the last value counts"])
    }

    @Test func whatLeavesOpenWhatWasSignedIsAmbiguous() {
        #expect(
            SignatureFindings.ambiguous.codes
                == ["repeated_field", "newline_in_value", "newline_in_name", "equals_in_name"]
        )
    }

    @Test func faultsAreOneClearLine() {
        #expect(SignatureProblem.notHex.description == "the signature is not hexadecimal")
        #expect(SignatureProblem.wrongLength(3).description == "the signature has 3 characters instead of 64")
        #expect(SignatureProblem.mismatch.description == "the signature does not match")
    }

    @Test func signedMessageWithAnOutboxIDVerifies() throws {
        let stream = Array("caracal.keys.invalidate".utf8)
        var generator = OutboxIDGenerator { 1 }
        var order = FieldOrder()
        var form = CanonicalForm()
        var signed = message(["zone_id": "z"])
        try signed.appendOutboxID(from: &generator)
        order.sort(signed.fields, in: signed.bytes)
        form.write(stream: stream, signed.fields, in: signed.bytes, order: order)
        let signature = try Signer(key: key(1)).sign(form.bytes, form.range)
        signed.append(signature, of: .fields)
        #expect(signed.fields.indices.map { text(signed.name(at: $0)) } == ["zone_id", "outbox_id", "_sig"])
        #expect(text(signed.value(at: 2)) == hex((0..<32).map { signature.bytes[$0] }))
        var verifier = try SignatureVerifier(keys: SignatureKeys(fields: key(1)))
        let verdict = try verifier.verify(stream: stream, signed.fields, in: signed.bytes)
        #expect(verdict.outcome == .valid)
    }

    @Test func signatureMatchesOnlyItself() {
        var left = Signature()
        let right = Signature()
        #expect(left.matches(right))
        for index in left.bytes.indices {
            left.bytes[index] = 0x80
            #expect(!left.matches(right))
            left.bytes[index] = 0
        }
    }
}
