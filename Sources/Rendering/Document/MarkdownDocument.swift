import Text

/// A document as Markdown for an issue: short enough for one, plots as a line of bars and their figures.
package struct MarkdownDocument: Sendable {
    private let document: Document

    /// How many rows of a table find room in an issue.
    private static let rowLimit = 40
    /// How many bars a line has.
    private static let barCount = 40

    package init(_ document: Document) { self.document = document }

    /// The text, lines ended by line feeds.
    package var bytes: [UInt8] { Array(text.source.utf8) }

    private var text: MarkdownText {
        var output: MarkdownText =
            "# \(document.kind): \(document.title), \(document.time)\n\n**\(document.verdict)**\n\n"
        for fact in document.facts { output += "- \(fact.name): \(fact.value)\n" }
        for section in document.sections {
            output += "\n## \(section.title)\n"
            for block in section.blocks { output += "\n\(text(of: block))" }
        }
        return output
    }

    private func text(of block: DocumentBlock) -> MarkdownText {
        switch block {
        case .text(let text), .remark(let text): return "\(text)\n"
        case .list(let items): return items.reduce(into: "") { $0 += "- \($1)\n" }
        case .findings(let findings):
            return findings.enumerated().reduce(into: "") {
                $0 += "\($1.offset == 0 ? "" : "\n")\(text(of: $1.element))"
            }
        case .table(let table, let caption):
            let title: MarkdownText = caption.map { text -> MarkdownText in "**\(text)**\n\n" } ?? ""
            return "\(title)\(Self.text(of: table))"
        case .chart(let chart): return text(of: chart)
        }
    }

    private func text(of finding: DocumentFinding) -> MarkdownText {
        let place: MarkdownText = finding.number.map { number -> MarkdownText in "\(number). " } ?? "   - also: "
        let indent = finding.number == nil ? "     " : "   "
        var output: MarkdownText =
            "\(place)**\(finding.word)** \(MarkdownText.code(finding.check)): \(finding.sentence)\n"
        if let evidence = finding.evidence { output += "\n\(indent)Seen: \(evidence)\n" }
        switch finding.fix {
        case .command(let command): output += "\n\(MarkdownText.block(command, indent: indent))\n"
        case .sentence(let sentence): output += "\n\(indent)Fix: \(sentence)\n"
        case nil: break
        }
        for sample in finding.samples {
            output += "\n\(indent)\(sample.title)\n\n"
            for field in sample.fields {
                output += "\(indent)- \(MarkdownText.code(field.name)): \(MarkdownText.code(field.value))\n"
            }
            if let remark = sample.remark { output += "\(indent)\(remark)\n" }
        }
        return output
    }

    private static func text(of table: TextTable, bars: [MarkdownText] = []) -> MarkdownText {
        let (shown, leftOut) = table.cut(to: rowLimit)
        let columns = shown.shownColumns
        var output: MarkdownText = "|"
        for index in columns { output += " \(shown.columns[index].title) |" }
        if !bars.isEmpty { output += " OVER TIME |" }
        output += "\n|"
        for index in columns { output += shown.columns[index].alignment == .right ? " ---: |" : " --- |" }
        if !bars.isEmpty { output += " --- |" }
        output += "\n"
        for (place, row) in shown.rows.enumerated() {
            output += "|"
            for index in columns { output += " \(index < row.count ? row[index].text : "") |" }
            if place < bars.count { output += " \(bars[place]) |" }
            output += "\n"
        }
        if leftOut > 0 { output += "\nand \(Format.count(leftOut, "more row"))\n" }
        return output
    }

    private func text(of chart: Chart) -> MarkdownText {
        var output: MarkdownText =
            "### \(chart.title)\n\n\(chart.caption) \(chart.isOneLook ? "One look at" : "From") \(chart.span).\n\n"
        output += Self.text(of: chart.table, bars: chart.series.map { Self.bars($0, of: chart) })
        if let leftOut = chart.leftOut { output += "\n\(leftOut)\n" }
        return output
    }

    /// The greatest value in each of some parts of the time, as bars; a blank where nothing is known.
    private static func bars(_ series: Chart.Series, of chart: Chart) -> MarkdownText {
        var values = [Double?](repeating: nil, count: barCount)
        let span = max(1, chart.to - chart.from)
        for point in series.points {
            let place = min(barCount - 1, max(0, (point.time - chart.from) * barCount / span))
            values[place] = max(values[place] ?? 0, point.most)
        }
        return .code(TerminalText(keeping: Sparkline.text(values, width: barCount, unicode: true)))
    }
}
