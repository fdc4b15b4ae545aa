import Testing

@testable import Caracal

@Suite struct AuditEventTests {
    @Test func theEventIsReadFromDataAndFromDeadLetters() {
        #expect(event(["data": #" { "a" : [ 1 , "x y" ] , "b":"\u00e9" } "#]) == #"{"a":[1,"x y"],"b":"\u00e9"}"#)
        #expect(event(["reason": "r", "src_data": #"{"a":1}"#]) == #"{"a":1}"#)
        #expect(event(["data": "{}", "data": #"{"last":1}"#, "src_data": "{}"]) == #"{"last":1}"#)
        #expect(event(["zone_id": "z"]) == nil)
        for text in ["", "[]", "\"a\"", "{", "{}x", #"{"a":"\ud800"}"#] {
            #expect(event(["data": text]) == nil, "\(text)")
        }
    }

    @Test func membersAreTextAndTheLastOfANameCounts() {
        let text = #"{"a":1,"b":{"base64":"!"},"n":null,"a":"x","t":true,"e":"","l":[ 1 ]}"#
        #expect(
            Message(object: text.utf8)
                == message(["b": #"{"base64":"!"}"#, "a": "x", "t": "true", "e": "", "l": "[1]"])
        )
        for text in ["[]", "{", #"{"a":1}{"#, ""] { #expect(Message(object: text.utf8) == nil) }
    }

    @Test func foldingHidesAllButTheLastOfAName() {
        var folding = FieldFolding()
        for _ in 0..<2 {
            let twice = message(["a": "1", "b": "2", "a": "3", "a": "4"])
            folding.fold(twice.fields, in: twice.bytes)
            #expect(twice.fields.indices.filter(folding.counts) == [1, 3])
        }
        let once = message(["a": "1", "b": "2"])
        folding.fold(once.fields, in: once.bytes)
        #expect(once.fields.indices.filter(folding.counts) == [0, 1])
    }

    private func event(_ fields: KeyValuePairs<String, String>) -> String? {
        var reader = AuditEventReader()
        let entry = message(fields)
        return reader.read(entry.fields, in: entry.bytes).map { String(decoding: reader.bytes[$0], as: UTF8.self) }
    }
}
