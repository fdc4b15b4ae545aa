import Caracal
import Redis
import Rendering
import Text

/// The entries of one group as rows, for very many of them: what `PendingEntryWriter.row` says, byte by byte.
///
/// Neighbours are much alike. What a row has in common with the one before it is not written anew.
struct PendingEntryRows {
    /// For whom the rows are.
    enum Form {
        /// For people.
        case text
        /// For a program: times in seconds, counts as digits, and nothing where there is nothing to say.
        case values
    }

    private let words: Words
    private var rows: RowBuffer
    private var age = Remembered<Int?>()
    private var idle = Remembered<Int?>()
    private var tries = Remembered<UInt64>()
    private var consumer = Remembered<[UInt8]>()
    private var presence = Remembered<EntryPresence>()
    private var note = Remembered<String>()

    init(_ writer: PendingEntryWriter, _ form: Form) {
        words = Words(writer: writer, form: form)
        rows = RowBuffer(columns: writer.columns.count)
    }

    /// The rows of some entries.
    mutating func rows(_ entries: [ListedEntry]) -> RowBuffer {
        rows.removeAll()
        for entry in entries { append(entry) }
        return rows
    }

    private mutating func append(_ listed: ListedEntry) {
        let (entry, words) = (listed.entry, words)
        rows.append(entry.id.milliseconds)
        rows.append("-")
        rows.append(entry.id.sequence)
        rows.endCell()
        end(age.text(of: words.shown(entry.id.elapsed(at: words.writer.now)), words.time))
        end(idle.text(of: words.shown(entry.idle.map { Int(clamping: $0) }), words.time))
        end(tries.text(of: entry.deliveries, words.tries))
        end(consumer.text(of: entry.consumer, words.consumer))
        end(presence.text(of: listed.presence) { TerminalText(keeping: $0.rawValue) })
        end(note.text(of: words.writer.note(listed)) { TerminalText(keeping: $0) })
    }

    private mutating func end(_ text: RowText) {
        rows.append(text)
        rows.endCell()
    }
}

/// What stands in the cells. An object, so that a row copies one reference and not all that the writer has.
private final class Words {
    let writer: PendingEntryWriter
    let form: PendingEntryRows.Form

    init(writer: PendingEntryWriter, form: PendingEntryRows.Form) {
        self.writer = writer
        self.form = form
    }

    /// What of a time is shown, in milliseconds.
    func shown(_ milliseconds: Int?) -> Int? {
        form == .text ? milliseconds.map { $0 / 1000 * 1000 } : milliseconds
    }

    func time(_ milliseconds: Int?) -> TerminalText {
        guard let time = milliseconds else { return nothing }
        return TerminalText(
            keeping: form == .text ? Format.age(milliseconds: time) : Format.seconds(milliseconds: time)
        )
    }

    func tries(_ count: UInt64) -> TerminalText {
        TerminalText(keeping: form == .text ? writer.tries(count) : "\(count)")
    }

    func consumer(_ name: [UInt8]) -> TerminalText { name.isEmpty ? nothing : TerminalText(name) }

    /// What stands for what does not apply.
    private var nothing: TerminalText { form == .text ? "-" : "" }
}

/// A value that was shown last, with its text.
private struct Remembered<Value: Equatable> {
    private var last: (value: Value, text: RowText)?

    /// The text of a value, made only where it is another one than the last.
    mutating func text(of value: Value, _ make: (Value) -> TerminalText) -> RowText {
        if let last, last.value == value { return last.text }
        let text = RowText(make(value))
        last = (value, text)
        return text
    }
}
