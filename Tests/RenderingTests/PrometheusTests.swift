import Rendering
import Testing

struct PrometheusTests {
    @Test func familiesAreWrittenWithHelpTypeAndLabels() {
        var length = MetricFamily("caracal_stream_length", .gauge, help: "Entries in the stream.")
        length.append(["stream": "audit.events"], count: 231_008)
        length.append(["stream": "sessions.revoke", "role": "master"], 0.25)
        var total = MetricFamily("caracal_dead_letters_total", .counter, help: #"Dead "letters" \ all"# + "\nof them.")
        total.append(count: 37)
        #expect(
            Prometheus.text([length, total]) == #"""
                # HELP caracal_stream_length Entries in the stream.
                # TYPE caracal_stream_length gauge
                caracal_stream_length{stream="audit.events"} 231008
                caracal_stream_length{stream="sessions.revoke",role="master"} 0.25
                # HELP caracal_dead_letters_total Dead "letters" \\ all\nof them.
                # TYPE caracal_dead_letters_total counter
                caracal_dead_letters_total 37

                """#
        )
    }

    @Test func unknownIsAbsentAndNotZero() {
        var family = MetricFamily("caracal_group_lag", .gauge, help: "Lag.")
        family.append(["group": "a"], count: nil)
        #expect(Prometheus.text([family]) == "")
        family.append(["group": "b"], count: 0)
        #expect(Prometheus.text([family]).hasSuffix("\ncaracal_group_lag{group=\"b\"} 0\n"))
        #expect(!Prometheus.text([family]).contains("\"a\""))
    }

    @Test(arguments: [
        ("a\"b", #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\nb", #"a\nb"#), ("\r\u{1B}", #"\\r\\x1b"#), ("\r\n", #"\\r\n"#),
        ("\u{202E}", #"\\u{202e}"#), ("東京", "東京"),
    ])
    func labelValuesAreEscaped(_ value: String, _ written: String) {
        var family = MetricFamily("m", .gauge, help: "")
        family.append(["l": value], 1)
        #expect(Prometheus.text([family]).hasSuffix("\nm{l=\"\(written)\"} 1\n"))
    }

    @Test(arguments: [
        (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (-3, "-3"), (1.5, "1.5"), (1e300, "1e+300"),
        (0x1p53 - 1, "9007199254740991"),
    ])
    func numbersAreThoseOfTheFormat(_ value: Double, _ written: String) {
        var family = MetricFamily("m", .gauge, help: "h")
        family.append([:], value)
        #expect(Prometheus.text([family]).hasSuffix("\nm \(written)\n"))
    }
}
