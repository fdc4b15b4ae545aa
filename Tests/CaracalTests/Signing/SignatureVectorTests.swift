import Testing

@testable import Caracal
import Text

@Suite struct SignatureVectorTests {
    @Test(arguments: SignatureVector.all)
    func canonicalFormIsTheVectors(vector: SignatureVector) {
        let message = vector.message
        var order = FieldOrder()
        var form = CanonicalForm()
        order.sort(message.fields, in: message.bytes)
        form.write(stream: Array(vector.stream.utf8), message.fields, in: message.bytes, order: order)
        #expect(hex(form.bytes[form.range]) == vector.canonical)
    }

    @Test(arguments: SignatureVector.all)
    func signatureIsTheVectors(vector: SignatureVector) throws {
        let signer = try Signer(key: SigningKey(hex: Array(vector.key.utf8)))
        let canonical = bytes(hex: vector.canonical)
        #expect(try text(signer.sign(canonical, canonical.indices).hex) == vector.signature)
    }

    @Test(arguments: SignatureVector.all)
    func signedVectorVerifies(vector: SignatureVector) throws {
        var message = vector.message
        message.append(name: FieldName.signature, value: Array(vector.signature.utf8))
        var verifier = try SignatureVerifier(keys: SignatureKeys(fields: SigningKey(hex: Array(vector.key.utf8))))
        let verdict = try verifier.verify(stream: Array(vector.stream.utf8), message.fields, in: message.bytes)
        #expect(verdict.outcome == .valid)
        #expect(verdict.scheme == .fields)
    }

    @Test func everyVectorIsThere() { #expect(SignatureVector.all.count == 12) }
}

extension SignatureVector {
    fileprivate var message: Message {
        Message(fields.map { (name: bytes(hex: $0.name), value: bytes(hex: $0.value)) })
    }
}
