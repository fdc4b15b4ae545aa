import Text

/// A document as one page of HTML: without a script, and with a policy that lets it load nothing.
package struct HTMLDocument: Sendable {
    private let document: Document

    package init(_ document: Document) { self.document = document }

    /// The page.
    package var bytes: [UInt8] { Array(markup.markup.utf8) }

    private var markup: HTMLText {
        var output: HTMLText = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
            form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <meta name="robots" content="noindex">
            <title>\(document.kind): \(document.title), \(document.time)</title>
            <style>

            """
        output += HTMLText(stringLiteral: HTMLStyle.sheet)
        output += "\n</style>\n</head>\n<body>\n"
        output += header
        output += "<main>\n"
        for section in document.sections { output += markup(of: section) }
        return output + "</main>\n</body>\n</html>\n"
    }

    private var header: HTMLText {
        let facts = document.facts.map { fact -> HTMLText in "<div><dt>\(fact.name)</dt><dd>\(fact.value)</dd></div>\n"
        }
        let links = document.sections.map { section -> HTMLText in
            "<li><a href=\"#\(id(section))\">\(section.title)</a></li>"
        }
        return """
            <header>
            <p class="kind">\(document.kind)</p>
            <h1>\(document.title) <span class="time">\(document.time)</span></h1>
            <p class="verdict \(document.tone.rawValue)">\(document.verdict)</p>
            <dl class="meta">
            \(facts.joined())</dl>
            <nav aria-label="sections"><ul>\(links.joined())</ul></nav>
            </header>

            """
    }

    private func id(_ section: DocumentSection) -> String { section.id.description }

    private func markup(of section: DocumentSection) -> HTMLText {
        var output: HTMLText = "<section id=\"\(id(section))\" aria-labelledby=\"\(id(section))-title\">\n"
        output += "<h2 id=\"\(id(section))-title\">\(section.title)</h2>\n"
        var isAmongCharts = false
        for block in section.blocks {
            let isChart = if case .chart = block { true } else { false }
            if isChart != isAmongCharts { output += isChart ? "<div class=\"charts\">\n" : "</div>\n" }
            isAmongCharts = isChart
            output += markup(of: block, in: section)
        }
        if isAmongCharts { output += "</div>\n" }
        return output + "</section>\n"
    }

    private func markup(of block: DocumentBlock, in section: DocumentSection) -> HTMLText {
        switch block {
        case .text(let text): return "<p>\(HTMLText.prose(text))</p>\n"
        case .remark(let text): return "<p class=\"remark\">\(HTMLText.prose(text))</p>\n"
        case .list(let items):
            return "<ul>\(items.map { item -> HTMLText in "<li>\(HTMLText.prose(item))</li>\n" }.joined())</ul>\n"
        case .findings(let findings):
            return "<ol class=\"findings\">\n\(findings.map(markup).joined())</ol>\n"
        case .table(let table, let caption):
            let title: HTMLText = caption.map { text -> HTMLText in "<p class=\"caption\">\(text)</p>\n" } ?? ""
            return title + HTMLTable.markup(table, name: caption ?? section.title)
        case .chart(let chart): return ChartSVG(chart).markup
        }
    }

    private func markup(of finding: DocumentFinding) -> HTMLText {
        let place: HTMLText = finding.number.map { number -> HTMLText in "\(number)." } ?? "also"
        let kind: HTMLText = finding.number == nil ? "finding also" : "finding"
        var output: HTMLText = """
            <li class="\(kind)"><span class="place">\(place)</span><div>
            <span class="word \(finding.tone.rawValue)">\(finding.word)</span><span class="check">\(finding.check)</span>
            <p class="sentence">\(HTMLText.prose(finding.sentence))</p>

            """
        if let evidence = finding.evidence { output += "<p class=\"seen\">Seen: \(HTMLText.prose(evidence))</p>\n" }
        switch finding.fix {
        case .command(let command): output += "<pre class=\"fix\"><code>\(HTMLText.command(command))</code></pre>\n"
        case .sentence(let sentence): output += "<p class=\"fix\">Fix: \(HTMLText.prose(sentence))</p>\n"
        case nil: break
        }
        if !finding.samples.isEmpty {
            let samples = finding.samples.map { sample in markup(of: sample) }.joined()
            let count = Format.count(finding.samples.count, "entry", "entries")
            output += "<details><summary>\(count)</summary>\n\(samples)</details>\n"
        }
        return output + "</div></li>\n"
    }

    private func markup(of sample: DocumentFinding.Sample) -> HTMLText {
        let fields = sample.fields.map { field -> HTMLText in "<dt>\(field.name)</dt><dd>\(field.value)</dd>" }
        let list: HTMLText = fields.isEmpty ? "" : "<dl>\(fields.joined())</dl>"
        let remark: HTMLText = sample.remark.map { text -> HTMLText in "<p class=\"remark\">\(text)</p>" } ?? ""
        return "<div class=\"sample\"><strong>\(sample.title)</strong>\(list)\(remark)</div>\n"
    }
}

extension HTMLText {
    /// One behind the other.
    static func + (left: HTMLText, right: HTMLText) -> HTMLText {
        var sum = left
        sum += right
        return sum
    }
}
