import Testing

@testable import Caracal
import Text

@Suite struct CanonicalFormTests {
    @Test func hasEveryFieldButItsSignature() {
        let message = CheckSupport.message(["zone_id": "z", "_sig": "s", "sig": "x", "_sig2": ""])
        var order = FieldOrder()
        var form = CanonicalForm()
        order.sort(message.fields, in: message.bytes)
        form.write(stream: Array("a.stream".utf8), message.fields, in: message.bytes, order: order)
        #expect(Array(form.bytes[form.range]).readable == "a.stream\n_sig2=\nsig=x\nzone_id=z\n")
    }
}
