import Rendering
import Testing

private struct Report: Presentable {
    func table(_ look: TerminalLook) -> ScreenText { look.styled("n 1", .green) + "\n" }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.xlen/1",
            at: 1_767_444_425_939,
            server: ["address": "127.0.0.1:6379", "version": "7.0.15", "role": "master"],
            items: [["n": 1], ["n": .null]],
            summary: ["streams": 2],
            warnings: [Envelope.Warning(code: "over_bound", message: "over its bound")]
        )
    }
}

private struct Measured: Presentable {
    func table(_ look: TerminalLook) -> ScreenText { "" }
    var envelope: Envelope { Report().envelope }
    var metrics: [MetricFamily]? {
        var family = MetricFamily("caracal_n", .gauge, help: "N.")
        family.append(count: 1)
        return [family]
    }
}

struct ReportTests {
    private func text(_ format: OutputFormat, _ look: TerminalLook = .plain) -> String? {
        format.render(Report(), look: look).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func theEnvelopeHasItsMembersInOrder() {
        #expect(
            String(decoding: Report().envelope.json.line(), as: UTF8.self)
                == #"{"schema":"caracalctl.xlen/1","at":"2026-01-03T12:47:05.939Z","#
                + #""server":{"address":"127.0.0.1:6379","version":"7.0.15","role":"master"},"#
                + #""items":[{"n":1},{"n":null}],"summary":{"streams":2},"#
                + #""warnings":[{"code":"over_bound","message":"over its bound"}]}"# + "\n"
        )
    }

    @Test func eachFormatIsRendered() {
        #expect(text(.table) == "n 1\n")
        #expect(text(.table, TerminalLook(usesColour: true)) == "\u{1B}[32mn 1\u{1B}[0m\n")
        #expect(text(.json)?.hasPrefix("{\n  \"schema\": \"caracalctl.xlen/1\",\n  \"at\": ") == true)
        #expect(text(.ndjson) == "{\"n\":1}\n{\"n\":null}\n")
    }

    @Test func aReportWithoutMetricsHasNoPrometheusForm() {
        #expect(text(.prometheus) == nil)
        let measured = OutputFormat.prometheus.render(Measured()).map { String(decoding: $0, as: UTF8.self) }
        #expect(measured == "# HELP caracal_n N.\n# TYPE caracal_n gauge\ncaracal_n 1\n")
    }

    @Test func formatsAreNamedAsOnTheCommandLine() {
        #expect(OutputFormat.allCases.map(\.rawValue) == ["table", "wide", "csv", "json", "ndjson", "prometheus"])
    }
}
