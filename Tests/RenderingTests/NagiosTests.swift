import Rendering
import Testing
import Text

struct NagiosTests {
    @Test func aLineHasItsSummaryItsFiguresAndThenMore() {
        let text = Nagios.text(
            "CARACAL",
            "WARNING",
            "lag 12 (above 10)",
            performance: [
                PerformanceDatum("a/b lag", .count, 12, warning: 10, critical: 20),
                PerformanceDatum("memory", .bytes, 50, warning: 80, critical: 90, maximum: 100),
            ],
            lines: ["one", "two"]
        )
        #expect(
            text == """
                CARACAL WARNING - lag 12 (above 10) | 'a/b lag'=12;10;20;0 'memory'=50B;80;90;0;100
                one
                two

                """
        )
        #expect(Nagios.text("CARACAL", "OK", "fine") == "CARACAL OK - fine\n")
    }

    @Test(
        arguments: [
            (PerformanceDatum("x", .seconds, 0, warning: 1_500), "'x'=0s;1.500;;0"),
            (PerformanceDatum("x", .seconds, 12_007), "'x'=12.007s;;;0"),
            (PerformanceDatum("x", .count, nil, warning: 1, critical: 2), "'x'=U;1;2;0"),
            (PerformanceDatum("x", .count, .max), "'x'=18446744073709551615;;;0"),
        ]
    )
    func figuresAreWrittenInDigits(datum: PerformanceDatum, text: String) {
        #expect(Nagios.text("S", "OK", "-", performance: [datum]).shown == "S OK - - | \(text)\n")
    }

    @Test func whatIsHostileEndsNeitherALineNorALabel() {
        let evil: TerminalText = "a|b='c'\n\u{1B}[2J`$(id)`<b>&\"\u{202E}"
        #expect(Nagios.escaped(evil) == #"a\x7cb\x3d\x27c\x27\n\x1b[2J\x60\x24(id)\x60\x3cb\x3e\x26\x22\u{202e}"#)
        let text = Nagios.text("S", "OK", evil, performance: [PerformanceDatum(evil, .count, 1)], lines: [evil]).shown
        #expect(text.split(separator: "\n").count == 2)
        #expect(text.count { $0 == "|" } == 1)
    }
}
