import Redis
import Testing

@Suite struct InfoTests {
    private func fields(_ text: String) -> InfoFields {
        InfoFields(Array(text.utf8))
    }

    @Test func readsFieldsByName() {
        let fields = fields(
            "# Memory\r\nused_memory:1024\r\nmaxmemory_policy:noeviction\r\nratio:1.25\r\n\r\naof:1\r\n"
        )
        #expect(fields.unsigned("used_memory") == 1024)
        #expect(fields.bytes("maxmemory_policy") == Array("noeviction".utf8))
        #expect(fields.double("ratio") == 1.25)
        #expect(fields.flag("aof") == true)
        #expect(fields.bytes("missing") == nil)
        #expect(fields.bytes("# Memory") == nil)
    }

    @Test(arguments: ["", "-1", "+1", "1.0", "18446744073709551616", " 1", "1x", "\u{1B}[31m"])
    func whatIsNoWholeNumberIsUnknown(text: String) {
        #expect(fields("a:\(text)").unsigned("a") == nil)
        #expect(fields("a:\(text)").flag("a") == nil)
    }

    @Test(arguments: ["nan", "inf", "1e5", "0x1p3", "--1", "", "."])
    func whatIsNoPlainDecimalIsUnknown(text: String) {
        #expect(fields("a:\(text)").double("a") == nil)
    }

    @Test func aValueMayHoldColonsAndAnyBytes() {
        #expect(fields("a:b:c\r\nd:\u{7}").bytes("a") == Array("b:c".utf8))
        #expect(InfoFields([0x61, 0x3A, 0xFF, 0x00]).bytes("a") == [0xFF, 0x00])
    }

    @Test func lineFeedsAloneWillDo() {
        #expect(fields("a:1\nb:2").unsigned("b") == 2)
    }
}
