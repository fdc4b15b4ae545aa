import Text

/// A document for people, to be kept and handed on: what it is about, then sections. `HTMLDocument` and `MarkdownDocument` write it.
package struct Document: Sendable {
    /// What it is, such as the name of the command that made it.
    package let kind: TerminalText
    /// What it is about.
    package let title: TerminalText
    /// When it was made, and of which time it tells.
    package let time: TerminalText
    /// What it comes to, in a clause.
    package let verdict: TerminalText
    /// How bad that is.
    package let tone: Tone
    /// Where and when it was made.
    package let facts: [(name: TerminalText, value: TerminalText)]
    /// Its parts, in their order.
    package let sections: [DocumentSection]

    package init(
        kind: TerminalText,
        title: TerminalText,
        time: TerminalText,
        verdict: TerminalText,
        tone: Tone,
        facts: [(name: TerminalText, value: TerminalText)],
        sections: [DocumentSection]
    ) {
        self.kind = kind
        self.title = title
        self.time = time
        self.verdict = verdict
        self.tone = tone
        self.facts = facts
        self.sections = sections
    }

    /// How bad something is. It is always said in words too.
    package enum Tone: String, Sendable {
        case failure
        case warning
        case note
        case ok
    }
}

/// A part of a document under a title of its own.
package struct DocumentSection: Sendable {
    /// A word of our own that no other section has: where a link leads.
    package let id: StaticString
    /// Its title.
    package let title: TerminalText
    /// What stands in it, in order.
    package let blocks: [DocumentBlock]

    package init(_ id: StaticString, _ title: TerminalText, _ blocks: [DocumentBlock]) {
        self.id = id
        self.title = title
        self.blocks = blocks
    }
}

/// A piece of a section.
package enum DocumentBlock: Sendable {
    /// Sentences.
    case text(TerminalText)
    /// Sentences that stand back: how to read what follows.
    case remark(TerminalText)
    /// Short sentences, one below the other.
    case list([TerminalText])
    /// Problems, numbered.
    case findings([DocumentFinding])
    /// A table, and what it is called; nil where the section's title says it.
    case table(TextTable, caption: TerminalText?)
    /// A plot.
    case chart(Chart)
}

/// A problem in a document.
package struct DocumentFinding: Sendable {
    /// Its number; nil for one that comes from the one above it.
    package let number: Int?
    /// How bad it is.
    package let tone: Document.Tone
    /// The tone in a word.
    package let word: TerminalText
    /// What found it.
    package let check: TerminalText
    /// What is wrong.
    package let sentence: TerminalText
    /// What it was seen by.
    package let evidence: TerminalText?
    /// How to fix it: a command, or a sentence.
    package let fix: Fix?
    /// Entries that it is about.
    package let samples: [Sample]

    package init(
        number: Int?,
        tone: Document.Tone,
        word: TerminalText,
        check: TerminalText,
        sentence: TerminalText,
        evidence: TerminalText? = nil,
        fix: Fix? = nil,
        samples: [Sample] = []
    ) {
        self.number = number
        self.tone = tone
        self.word = word
        self.check = check
        self.sentence = sentence
        self.evidence = evidence
        self.fix = fix
        self.samples = samples
    }

    /// How a problem is fixed.
    package enum Fix: Sendable, Equatable {
        case command(TerminalText)
        case sentence(TerminalText)
    }

    /// An entry of a stream: its fields, or why there are none.
    package struct Sample: Sendable {
        /// Its stream and id.
        package let title: TerminalText
        /// Its fields, as far as they are shown.
        package let fields: [(name: TerminalText, value: TerminalText)]
        /// What is left out, or why there are no fields; nil where all of it is shown.
        package let remark: TerminalText?

        package init(
            _ title: TerminalText,
            fields: [(name: TerminalText, value: TerminalText)],
            remark: TerminalText? = nil
        ) {
            self.title = title
            self.fields = fields
            self.remark = remark
        }
    }
}

extension TextTable {
    /// The first rows, and how many are left out.
    func cut(to limit: Int) -> (table: TextTable, leftOut: Int) {
        guard rows.count > limit else { return (self, 0) }
        var table = TextTable(columns)
        for row in rows.prefix(limit) { table.append(row) }
        return (table, rows.count - limit)
    }

    /// The places of the columns that have a cell with something in it, or a title: columns that stand empty say nothing.
    var shownColumns: [Int] { columns.indices.filter { !columns[$0].isHidden } }

    /// Whether it has a heading.
    var hasTitles: Bool { !columns.allSatisfy(\.title.isEmpty) }
}
