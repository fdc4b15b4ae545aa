import Testing

@testable import Caracal
import Text

@Suite struct MessageCheckTests {
    @Test(
        arguments: [
            ([], MessageError.noFields, "no fields: a message needs at least one"),
            ([["", "v"]], .emptyName, "a field has an empty name"),
            (
                [["_sig", "v"]], .signatureField(Array("_sig".utf8)),
                "field \"_sig\" is written by caracalctl and cannot be given"
            ),
            (
                [["a", "1"], ["sig", "v"]], .signatureField(Array("sig".utf8)),
                "field \"sig\" is written by caracalctl and cannot be given"
            ),
            (
                [["a=b", "v"]], .equalsSignInName(Array("a=b".utf8)),
                "field name \"a=b\" holds '=', which a signature cannot cover"
            ),
            ([["a\nb", "v"]], .newlineInName(Array("a\nb".utf8)), "field name \"a\\nb\" holds a line feed"),
            (
                [["a", "x\ny"]], .newlineInValue(Array("a".utf8)),
                "the value of field \"a\" holds a line feed, which makes its signature ambiguous "
                    + "(--allow-newline publishes it all the same)"
            ),
            ([["a", "1"], ["b", "2"], ["a", "3"]], .repeatedField(Array("a".utf8)), "field \"a\" is given twice"),
        ] as [([[String]], MessageError, String)]
    )
    func refusalIsExact(fields: [[String]], refusal: MessageError, text: String) {
        #expect(throws: refusal) { try Self.message(fields).check() }
        #expect(refusal.description == text)
    }

    @Test(arguments: [
        [["a", ""]], [["a", "="]], [["_sigx", "1"]], [["Sig", "1"]], [["café", "1"], ["cafe\u{301}", "2"]],
        [["data", "{}"]], [["a", "x\ry"]],
    ])
    func messageIsAccepted(fields: [[String]]) throws {
        try Self.message(fields).check()
    }

    @Test func newlineInAValueIsAcceptedWhenAllowed() throws {
        try Self.message([["a", "x\ny"]]).check(allowingNewlines: true)
    }

    @Test func repeatedNameAmongManyIsFound() {
        let fields = (0..<500).map { ["field\($0)", "v"] }
        #expect(throws: MessageError.repeatedField(Array("field7".utf8))) {
            try Self.message(fields + [["field7", "w"]]).check()
        }
    }

    @Test func refusedNamesAreRefusedAgain() {
        var order = FieldOrder()
        for _ in 0..<2 {
            let error = #expect(throws: MessageError.self) {
                try Self.message([["_sig", "v"]]).check(allowingNewlines: false, order: &order)
            }
            #expect(error == .signatureField(Array("_sig".utf8)))
        }
    }

    @Test func messagesOfTheSameNamesAreStillCheckedForNewlines() throws {
        var order = FieldOrder()
        try Self.message([["a", "v"]]).check(allowingNewlines: false, order: &order)
        #expect(throws: MessageError.newlineInValue(Array("a".utf8))) {
            try Self.message([["a", "\n"]]).check(allowingNewlines: false, order: &order)
        }
    }

    private static func message(_ fields: [[String]]) -> Message {
        Message(fields.map { (name: Array($0[0].utf8), value: Array($0[1].utf8)) })
    }
}
