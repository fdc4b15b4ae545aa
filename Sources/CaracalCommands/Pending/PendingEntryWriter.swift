import Caracal
import Redis
import Rendering
import Text

/// How `pending` shows the consumers and the entries of one group, page by page: no more than a page is in memory.
struct PendingEntryWriter {
    let group: GroupStanding
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    let now: UInt64?
    let maxDeliveries: UInt64
    /// The consumers that are shown; nil when the server would not name them.
    let shownConsumers: [ConsumerStanding]?
    /// The widest consumer's name and id, by which the columns are set before the first entry is known.
    private let consumerWidth: Int
    private let idWidth: Int

    /// How many consumers are shown at most, unless all are asked for.
    private static let consumerLimit = 100

    init(group: GroupStanding, now: UInt64?, maxDeliveries: UInt64, showsAll: Bool) {
        self.group = group
        shownConsumers = showsAll ? group.consumers : group.foremostConsumers(Self.consumerLimit)
        self.now = now
        self.maxDeliveries = maxDeliveries
        let names = shownConsumers?.map { DisplayWidth.of(TerminalText($0.info.name).text) } ?? []
        consumerWidth = max("CONSUMER".count, min(names.max() ?? 0, 40))
        idWidth = max("ID".count, group.info?.lastDeliveredID.description.count ?? 0)
    }

    /// The table of consumers.
    func consumers(_ look: TerminalLook) -> String {
        guard let consumers = shownConsumers else { return "" }
        var table = TextTable([
            Column("CONSUMER", isFlexible: true), Column("STATE"), Column("PENDING", .right), Column("HELD", .right),
            Column("IDLE", .right), Column("LAST SUCCESS", .right),
        ])
        for consumer in consumers {
            let info = consumer.info
            let held = consumer.held.map { Format.age(milliseconds: Int(clamping: $0)) } ?? "-"
            table.append([
                Cell(bytes: info.name), Cell(consumer.state.rawValue, style: style(consumer.state)),
                Cell(count: Int(clamping: info.pending)), Cell(held),
                Cell(Format.age(milliseconds: Int(clamping: info.idle))), Cell(lastSuccess(info)),
            ])
        }
        return table.isEmpty ? "" : table.render(look) + "\n"
    }

    /// How many consumers are not shown.
    var consumersLeftOut: Int { (group.consumers?.count ?? 0) - (shownConsumers?.count ?? 0) }

    private func lastSuccess(_ info: ConsumerInfo) -> String {
        switch info.lastSuccess {
        case .untold: Format.age(milliseconds: Int(clamping: info.idle))
        case .never: "never"
        case .ago(let time): Format.age(milliseconds: Int(clamping: time))
        }
    }

    private func style(_ state: ConsumerState) -> Style? {
        switch state {
        case .active: .green
        case .stuck: .red
        case .gone: .yellow
        case .unknown: nil
        }
    }

    /// The heading of the entries.
    func heading(_ look: TerminalLook) -> String {
        var line = PaddedLine()
        line.append("ID", width: idWidth)
        line.append("AGE", width: Self.timeWidth)
        line.append("IDLE", width: Self.timeWidth)
        line.append("TRIES", width: Self.triesWidth)
        line.append("CONSUMER", width: consumerWidth)
        line.append("ENTRY", width: 0)
        let text = String(decoding: line.bytes, as: UTF8.self)
        return look.styled(text, .bold) + "\n"
    }

    private static let timeWidth = 6
    private static let triesWidth = 5

    /// A page of entries as lines.
    func lines(_ entries: [ListedEntry]) -> [UInt8] {
        let limit = group.deliveryLimit(maxDeliveries)
        let suffix = limit.map { "/\($0)" } ?? ""
        var line = PaddedLine()
        line.reserve(entries.count * (idWidth + consumerWidth + 40))
        var (name, escaped): ([UInt8], String) = ([], "")
        for listed in entries {
            let entry = listed.entry
            if entry.consumer != name || escaped.isEmpty {
                name = entry.consumer
                escaped = name.isEmpty ? "-" : TerminalText(name).text
            }
            line.append(entry.id, width: idWidth)
            line.append(age(of: entry.id) ?? "-", width: Self.timeWidth)
            line.append(
                entry.idle.map { Format.age(milliseconds: Int(clamping: $0)) } ?? "-",
                width: Self.timeWidth
            )
            line.append("\(entry.deliveries)\(suffix)", width: Self.triesWidth)
            line.append(escaped, width: consumerWidth)
            let note = note(listed)
            line.append(listed.presence.rawValue, width: note.isEmpty ? 0 : 8)
            if !note.isEmpty { line.append(note, width: 0) }
            line.end()
        }
        return line.bytes
    }

    private func age(of id: EntryID) -> String? {
        ageMilliseconds(of: id).map { Format.age(milliseconds: Int(clamping: $0)) }
    }

    private func ageMilliseconds(of id: EntryID) -> UInt64? {
        id.age(at: now)
    }

    /// What an operator should know of an entry; empty when there is nothing to say.
    func note(_ listed: ListedEntry) -> String {
        if listed.presence.exists == false { return "cannot be delivered any more" }
        guard let limit = group.deliveryLimit(maxDeliveries) else { return "" }
        if listed.entry.deliveries >= limit { return "the next failure sends it to the DLQ" }
        return listed.entry.deliveries + 1 == limit ? "one more failure sends it to the DLQ" : ""
    }

    /// An entry as an item of an envelope.
    func write(_ listed: ListedEntry, to writer: inout JSONWriter) {
        let note = note(listed)
        writer.member("id", .string(listed.entry.id.description))
        writer.member("age_ms", JSONValue(ageMilliseconds(of: listed.entry.id)))
        writer.member("idle_ms", JSONValue(listed.entry.idle))
        writer.member("deliveries", .unsigned(listed.entry.deliveries))
        writer.member("max_deliveries", JSONValue(group.deliveryLimit(maxDeliveries)))
        writer.member("consumer", .bytes(listed.entry.consumer))
        writer.member("entry", .string(listed.presence.rawValue))
        writer.member("exists", JSONValue(listed.presence.exists))
        writer.member("note", note.isEmpty ? .null : .string(note))
    }
}

/// Lines of left-aligned columns of known widths, as bytes: for tables too long to be held. What is wider than its column
/// moves the rest of its line.
struct PaddedLine {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true
    private var blanks = 0

    /// Makes room.
    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Adds a cell of printable text.
    mutating func append(_ text: String, width: Int) {
        open()
        bytes.append(contentsOf: text.utf8)
        blanks = max(0, width - DisplayWidth.of(text))
    }

    /// Adds an id.
    mutating func append(_ id: EntryID, width: Int) {
        open()
        let start = bytes.count
        append(id.milliseconds)
        bytes.append(UInt8(ascii: "-"))
        append(id.sequence)
        blanks = max(0, width - (bytes.count - start))
    }

    /// Ends the line, without trailing blanks.
    mutating func end() {
        bytes.append(UInt8(ascii: "\n"))
        blanks = 0
        isFirst = true
    }

    private mutating func open() {
        for _ in 0..<(isFirst ? 0 : blanks + 2) { bytes.append(UInt8(ascii: " ")) }
        isFirst = false
    }

    private mutating func append(_ number: UInt64) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
