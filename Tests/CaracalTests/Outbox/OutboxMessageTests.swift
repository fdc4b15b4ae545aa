import Testing
import Text

@testable import Caracal

/// The expected texts were printed by Node 20, from rows of the services' own code.
@Suite struct OutboxMessageTests {
    private static let numbers: [(number: String, text: String)] = [
        ("0", "0"), ("-0", "0"), ("-0.0", "0"), ("1", "1"), ("-1", "-1"), ("100", "100"), ("1e2", "100"),
        ("0.1e1", "1"),
        ("123456789012345", "123456789012345"), ("1234567890123456", "1234567890123456"),
        ("9007199254740991", "9007199254740991"), ("9007199254740993", "9007199254740992"),
        ("-9007199254740993", "-9007199254740992"), ("12345678901234567890", "12345678901234567000"),
        ("1.0", "1"), ("1.50", "1.5"), ("0.1", "0.1"), ("0.30000000000000004", "0.30000000000000004"),
        ("1E5", "100000"), ("1e+5", "100000"), ("1e20", "100000000000000000000"), ("1e21", "1e+21"),
        ("123456789012345678901", "123456789012345680000"), ("999999999999999900000", "999999999999999900000"),
        ("1234567890123456789012", "1.2345678901234568e+21"), ("1.5e21", "1.5e+21"),
        ("0.000001", "0.000001"), ("1e-6", "0.000001"), ("1e-7", "1e-7"), ("0.0000001", "1e-7"),
        ("0.000001234", "0.000001234"), ("1.25e-7", "1.25e-7"), ("-1.25e-7", "-1.25e-7"), ("2.5e-5", "0.000025"),
        ("123e-20", "1.23e-18"), ("5e-324", "5e-324"), ("4.9e-324", "5e-324"), ("2e-324", "0"),
        ("2.2250738585072014e-308", "2.2250738585072014e-308"), ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("4.35", "4.35"), ("123.456", "123.456"), ("1e23", "1e+23"),
        ("1.2345678901234567e+22", "1.2345678901234568e+22"),
        ("100000000000000000000.5", "100000000000000000000"),
    ]

    @Test(arguments: numbers)
    func numbersAreThoseOfJavaScript(number: String, text: String) throws {
        #expect(try api(#"{"n": \#(number)}"#) == ["outbox_id=r-1", "n=\(text)"])
        #expect(try coordinator(#"{"n": [\#(number)]}"#) == ["outbox_id=r-1", "dedupe_key=d-1", "n=[\(text)]"])
    }

    @Test(arguments: ["1.7976931348623159e308", "1e309", "1" + String(repeating: "0", count: 400)]
    )
    func hugeNumbersAreInfinite(number: String) throws {
        #expect(try api(#"{"n": \#(number), "m": -\#(number)}"#) == ["outbox_id=r-1", "n=Infinity", "m=-Infinity"])
        #expect(
            try coordinator(#"{"n": \#(number), "m": [-\#(number)]}"#)
                == ["outbox_id=r-1", "dedupe_key=d-1", "n=null", "m=[null]"]
        )
    }

    @Test func apiFields() throws {
        let payload =
            #"{"1": "b", "b": true, "a": null, "c": false, "00": "x", "4294967295": "y", "0": "a", "é": "\u0001\"\n"}"#
        #expect(
            try api(payload)
                == ["0=a", "1=b", "outbox_id=r-1", "b=true", "c=false", "00=x", "4294967295=y", "é=\u{1}\"\n"]
        )
    }

    @Test func auditFrame() throws {
        let frame = #"{"id": "e-1", "sig": "ab", "data": "{\"id\":\"e-1\"}"}"#
        #expect(try api(frame) == ["outbox_id=r-1", "id=e-1", "sig=ab", #"data={"id":"e-1"}"#])
    }

    @Test func apiOutboxIDOfThePayload() throws {
        #expect(try api(#"{"a": "1", "outbox_id": "x"}"#) == ["outbox_id=x", "a=1"])
        #expect(try api(#"{"a": "1", "outbox_id": null}"#) == ["outbox_id=r-1", "a=1"])
    }

    @Test func coordinatorFields() throws {
        let payload =
            #"{"z": null, "n": 1.0, "_sig": "x", "ok": true, "list": [1, {"b": [], "a": {}}], "name": "a b", "outbox_id": "x", "dedupe_key": "y"}"#
        #expect(
            try coordinator(payload)
                == [
                    "outbox_id=r-1", "dedupe_key=d-1", "z=null", "n=1", "ok=true", #"list=[1,{"b":[],"a":{}}]"#,
                    "name=a b",
                ]
        )
    }

    @Test func nestedObjects() throws {
        let payload =
            #"{"o": {"b": 1, "10": {"2": "\u0001\"\\\n", "1": null}, "9": "\#u{2028}é", "a": 2}, "7": {"x": 1e2}}"#
        #expect(
            try coordinator(payload)
                == [
                    #"7={"x":100}"#, "outbox_id=r-1", "dedupe_key=d-1",
                    #"o={"9":"\#u{2028}é","10":{"1":null,"2":"\u0001\"\\\n"},"b":1,"a":2}"#,
                ]
        )
    }

    @Test(arguments: ["[]", "{}", #"{"a": 1}"#])
    func nestedValuesOfTheAPI(value: String) {
        #expect(throws: OutboxPayloadError.nested(Array("x".utf8))) { try api(#"{"a": 1, "x": \#(value)}"#) }
    }

    @Test(arguments: ["[1, 2]", "null", "1", #""a""#, "{} x", #"{"a": }"#, ""])
    func noObject(payload: String) {
        #expect(throws: OutboxPayloadError.self) { try api(payload) }
        #expect(throws: OutboxPayloadError.self) { try coordinator(payload) }
    }

    @Test func deepNesting() throws {
        let deep = { (depth: Int) in
            #"{"x": \#(String(repeating: "[", count: depth))\#(String(repeating: "]", count: depth))}"#
        }
        #expect(try coordinator(deep(512)).last?.utf8.count == 2 + 2 * 512)
        #expect(throws: OutboxPayloadError.self) { try coordinator(deep(513)) }
    }

    @Test func errorTexts() {
        #expect(
            OutboxPayloadError.nested(Array("a\u{1B}".utf8)).text
                == "member \"a\\x1b\" of payload_json is an array or an object, which the API's outbox cannot hold"
        )
        #expect(throws: OutboxPayloadError.malformed(JSONError(column: 1, reason: .expected(.object, found: 0x5B)))) {
            try api("[1]")
        }
    }

    private func api(_ payload: String) throws -> [String] {
        fields(try OutboxMessage.api(id: Array("r-1".utf8), payload: Array(payload.utf8)))
    }

    private func coordinator(_ payload: String) throws -> [String] {
        fields(
            try OutboxMessage.coordinator(
                id: Array("r-1".utf8),
                dedupeKey: Array("d-1".utf8),
                payload: Array(payload.utf8)
            )
        )
    }

    private func fields(_ message: Message) -> [String] {
        message.fields.indices.map {
            "\(String(decoding: message.name(at: $0), as: UTF8.self))=\(String(decoding: message.value(at: $0), as: UTF8.self))"
        }
    }
}
