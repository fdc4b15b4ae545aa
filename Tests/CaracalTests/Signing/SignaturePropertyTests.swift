import Redis
import Testing

@testable import Caracal

@Suite struct SignaturePropertyTests {
    @Test func naiveHMACIsRight() {
        // RFC 4231, test case 2.
        #expect(
            hex(NaiveHMAC.code(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }

    @Test func canonicalFormAndSignatureAgreeWithANaiveReading() throws {
        var random = SeededGenerator(seed: 1)
        let signer = try Signer(key: key(0x42))
        var order = FieldOrder()
        var form = CanonicalForm()
        for round in 0..<2_000 {
            let pairs = randomFields(&random)
            let message = Message(pairs)
            let stream = randomBytes(&random, upTo: 30)
            order.sort(message.fields, in: message.bytes)
            form.write(stream: stream, message.fields, in: message.bytes, order: order)
            let expected = naiveForm(stream, pairs)
            #expect(Array(form.bytes[form.range]) == expected)
            guard round % 10 == 0 else { continue }
            let code = NaiveHMAC.code(key: Array(repeating: 0x42, count: 32), expected)
            #expect(try text(signer.sign(form.bytes, form.range).hex) == hex(code))
        }
    }

    @Test func everyFlippedBitIsFound() throws {
        var random = SeededGenerator(seed: 2)
        let signing = try key(0x42)
        let signer = try Signer(key: signing)
        var verifier = try SignatureVerifier(keys: SignatureKeys(fields: signing))
        for _ in 0..<20 {
            var pairs = randomFields(&random).filter { $0.name != FieldName.signature && $0.name != FieldName.data }
            pairs.append((name: Array("last".utf8), value: randomBytes(&random, upTo: 8)))
            let form = naiveForm(Array("s".utf8), pairs)
            pairs.append((name: FieldName.signature, value: try signer.sign(form, form.indices).hex))
            let message = Message(pairs)
            var bytes = message.bytes
            func outcome() throws -> SignatureVerdict.Outcome {
                try verifier.verify(stream: Array("s".utf8), message.fields, in: bytes).outcome
            }
            let whole = try outcome()
            #expect(whole == .valid)
            for field in message.fields.suffix(2) {
                for offset in field.value {
                    bytes[offset] ^= 0x01
                    let flipped = try outcome()
                    #expect(flipped != .valid)
                    bytes[offset] ^= 0x01
                }
            }
        }
    }

    /// Fields whose names are often alike, equal or prefixes of each other; up to 40, past where the sort changes.
    private func randomFields(_ random: inout SeededGenerator) -> [(name: [UInt8], value: [UInt8])] {
        (0..<Int.random(in: 0...40, using: &random)).map { _ in
            let name =
                switch Int.random(in: 0..<8, using: &random) {
                case 0: FieldName.signature
                case 1: Array("common_prefix_".utf8) + randomBytes(&random, upTo: 2)
                default: randomBytes(&random, upTo: 10)
                }
            return (name: name, value: randomBytes(&random, upTo: 40))
        }
    }

    private func randomBytes(_ random: inout SeededGenerator, upTo limit: Int) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &random)).map { _ in
            Bool.random(using: &random)
                ? UInt8.random(in: 0x61...0x63, using: &random) : UInt8(truncatingIfNeeded: random.next())
        }
    }

    private func naiveForm(_ stream: [UInt8], _ pairs: [(name: [UInt8], value: [UInt8])]) -> [UInt8] {
        var last: [[UInt8]: [UInt8]] = [:]
        for pair in pairs where pair.name != Array("_sig".utf8) { last[pair.name] = pair.value }
        let names = last.keys.sorted { $0.lexicographicallyPrecedes($1) }
        return names.reduce(stream + [0x0A]) { $0 + $1 + [0x3D] + (last[$1] ?? []) + [0x0A] }
    }
}
