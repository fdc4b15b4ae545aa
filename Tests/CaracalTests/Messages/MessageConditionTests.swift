import Testing
import Text

@testable import Caracal

@Suite struct MessageConditionTests {
    private func condition(_ text: String) throws -> MessageCondition { try MessageCondition(text.utf8) }

    private func holds(_ text: String, for value: String) throws -> Bool {
        let bytes = Array("<\(value)>".utf8)
        return try condition(text).holds(bytes, 1..<bytes.count - 1)
    }

    @Test(arguments: [
        ("a=b", "=", "b"), ("a!=b", "!=", "b"), ("a~b*", "~", "b*"), ("a<b", "<", "b"), ("a>b", ">", "b"),
        ("a = b", "=", "b"), ("a  =  b c ", "=", "b c "), ("a= b", "=", " b"), ("a =b", "=", "b"),
        ("a = =b", "=", "=b"), ("a=b=c", "=", "b=c"), ("a=", "=", ""), ("a~", "~", ""), ("a!b=c", "=", "c"),
        ("a\\.b=c", "=", "c"),
    ])
    func aConditionIsPathOperatorAndValue(_ text: String, _ found: String, _ value: String) throws {
        let condition = try condition(text)
        #expect(condition.operator.rawValue == found)
        #expect(condition.value == Array(value.utf8))
        #expect(condition.holdsWithoutValue == (found == "!="))
    }

    @Test func whatStandsBeforeTheOperatorIsThePath() throws {
        #expect(try condition("a\\.b.c = x").path == MessagePath("a\\.b.c".utf8))
        #expect(try condition("a b=x").path == MessagePath("a b".utf8))
    }

    @Test(arguments: [
        ("a", MessageConditionError.noOperator, "expected PATH OP VALUE, with OP one of =, !=, ~, < or >"),
        ("", .noOperator, "expected PATH OP VALUE, with OP one of =, !=, ~, < or >"),
        ("a!b", .noOperator, "expected PATH OP VALUE, with OP one of =, !=, ~, < or >"),
        (
            "a==b", .unknownOperator(Array("==".utf8)),
            "== is no operator: expected =, !=, ~, < or > (blanks on both sides set it off from the value)"
        ),
        (
            "a>=b", .unknownOperator(Array(">=".utf8)),
            ">= is no operator: expected =, !=, ~, < or > (blanks on both sides set it off from the value)"
        ),
        ("=b", .badPath(.emptyName(at: 0)), "no path before the operator: a name is missing"),
        (" = b", .badPath(.emptyName(at: 0)), "no path before the operator: a name is missing"),
        ("a..b=c", .badPath(.emptyName(at: 2)), "no path before the operator: a name is missing"),
        ("a<", .noValue(.less), "< needs a value"), ("a > ", .noValue(.greater), "> needs a value"),
    ])
    func whatIsNoConditionIsRefused(_ text: String, _ error: MessageConditionError, _ words: String) {
        #expect(throws: error) { try condition(text) }
        #expect(error.text.text == words)
    }

    @Test(arguments: [
        ("a=1", "1", true), ("a=1", "1.0", false), ("a!=1", "1.0", true), ("a!=1", "1", false), ("a=", "", true),
    ])
    func equalMeansTheSameBytes(_ text: String, _ value: String, _ expected: Bool) throws {
        #expect(try holds(text, for: value) == expected)
    }

    @Test(arguments: [
        ("a~*", "", true), ("a~*", "anything", true), ("a~", "", true), ("a~", "x", false),
        ("a~authz.*", "authz.decision", true), ("a~authz.*", "xauthz.decision", false), ("a~*.x", "a.b.x", true),
        ("a~a?c", "abc", true), ("a~a?c", "aéc", true), ("a~a?c", "ac", false), ("a~a?c", "abbc", false),
        ("a~a\\*c", "a*c", true), ("a~a\\*c", "abc", false), ("a~*ab*ba*", "xabyba", true),
        ("a~*ab*ba*", "xaba", false), ("a~[a]", "[a]", true), ("a~x\\", "x\\", true), ("a~A*", "abc", false),
    ])
    func aPatternStandsForTheWholeValue(_ text: String, _ value: String, _ expected: Bool) throws {
        #expect(try holds(text, for: value) == expected)
    }

    @Test func aHostilePatternEnds() throws {
        let pattern = "a~" + String(repeating: "*a", count: 100) + "*b"
        #expect(try !holds(pattern, for: String(repeating: "a", count: 20_000)))
    }

    /// Each is less than the one after it.
    @Test func numbersOfAnySizeAreInOrder() throws {
        let numbers = [
            "-1e400", "-18446744073709551617", "-18446744073709551616", "-100", "-1.5e1", "-2", "-0.001", "0", "1e-400",
            "0.0009", "0.001", "0.0010001", "1", "1.5", "007", "15", "1.6e1", "18446744073709551616",
            "18446744073709551617", "18446744073709551617.1", "1e400",
        ]
        for (place, left) in numbers.enumerated() {
            for (other, right) in numbers.enumerated() {
                #expect(try holds("a<\(right)", for: left) == (place < other), "\(left) < \(right)")
                #expect(try holds("a>\(right)", for: left) == (place > other), "\(left) > \(right)")
            }
        }
    }

    @Test(arguments: [("100", "1e2"), ("1.50", "1.5"), ("-0", "0"), ("0.0", "0e9"), ("+7", "7"), ("0.1e1", "1")])
    func oneNumberIsNotLessThanItselfWrittenInAnotherWay(_ left: String, _ right: String) throws {
        #expect(try !holds("a<\(right)", for: left) && !holds("a>\(right)", for: left))
    }

    @Test(arguments: [
        ("a>2026-11-28", "2026-11-28T10:00:00Z", true), ("a<2026-11-28", "2026-11-28T10:00:00Z", false),
        ("a>5", "x", true), ("a<b", "a", true), ("a<b", "b", false), ("a>b", "ba", true), ("a>9", "10x", false),
        ("a>1.", "1.0", true), ("a>.5", "1", true), ("a<1e1234567890123456789", "2", false), ("a>1", "", false),
    ])
    func whatIsNoNumberIsComparedAsText(_ text: String, _ value: String, _ expected: Bool) throws {
        #expect(try holds(text, for: value) == expected)
    }

    @Test func randomNumbersAreInTheOrderOfTheirValues() throws {
        var random = SeededGenerator(seed: 17)
        for _ in 0..<5_000 {
            let texts = (0..<2).map { _ in
                let whole = Int.random(in: -50...50, using: &random)
                return "\(whole).\(Int.random(in: 0...99, using: &random))e\(Int.random(in: -2...2, using: &random))"
            }
            let values = try texts.map { try #require(Double($0)) }
            #expect(try holds("a<\(texts[1])", for: texts[0]) == (values[0] < values[1]), "\(texts)")
        }
    }
}
