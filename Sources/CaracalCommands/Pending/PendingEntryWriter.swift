import Caracal
import Redis
import Rendering
import Text

/// How `pending` shows the consumers and the entries of one group, page by page: no more than a page is in memory.
struct PendingEntryWriter {
    let group: GroupStanding
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    let now: UInt64?
    /// How often its entries are delivered before the service behind it gives up on them; nil where it does not count.
    private let deliveryLimit: UInt64?
    /// The consumers that are shown; nil when the server would not name them.
    let shownConsumers: [ConsumerStanding]?
    /// The widest consumer's name and id, by which the columns are set before the first entry is known.
    private let consumerWidth: Int
    private let idWidth: Int

    /// How many consumers are shown at most, unless all are asked for.
    static let consumerLimit = 100

    init(group: GroupStanding, now: UInt64?, maxDeliveries: UInt64, showsAll: Bool) {
        self.group = group
        shownConsumers = showsAll ? group.consumers : group.foremostConsumers(Self.consumerLimit)
        self.now = now
        deliveryLimit = group.deliveryLimit(maxDeliveries)
        let names = shownConsumers?.map { TerminalText($0.info.name).width } ?? []
        consumerWidth = max("CONSUMER".count, min(names.max() ?? 0, 40))
        idWidth = max("ID".count, group.info?.lastDeliveredID.description.count ?? 0)
    }

    /// The table of consumers.
    func consumers(_ look: TerminalLook) -> ScreenText {
        guard let consumers = shownConsumers else { return "" }
        var table = TextTable([
            Column("CONSUMER", isFlexible: true, least: 20), Column("STATE"), Column("PENDING", .right),
            Column("HELD", .right, priority: 1), Column("IDLE", .right, priority: 2),
            Column("LAST SUCCESS", .right, priority: 3),
        ])
        for consumer in consumers {
            let info = consumer.info
            let held = consumer.held.map { Format.age(milliseconds: Int(clamping: $0)) } ?? "-"
            table.append([
                Cell(name: info.name), Cell(consumer.state.rawValue, style: style(consumer.state)),
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
        case .notReported: Format.age(milliseconds: Int(clamping: info.idle))
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

    /// The columns of the entries.
    static func columns(idWidth: Int = 0, consumerWidth: Int = 0) -> [Column] {
        [
            Column("ID", minimum: idWidth), Column("AGE", priority: 3, minimum: timeWidth),
            Column("IDLE", priority: 2, minimum: timeWidth), Column("TRIES", priority: 1),
            Column("CONSUMER", isFlexible: true, least: 20, minimum: consumerWidth), Column("ENTRY", minimum: 8),
            Column("", name: "NOTE", priority: 4),
        ]
    }

    private static let timeWidth = 6

    /// The columns for the consumers and ids that are known beforehand.
    var columns: [Column] { Self.columns(idWidth: idWidth, consumerWidth: consumerWidth) }

    /// An entry as a row.
    func row(_ listed: ListedEntry) -> [Cell] {
        let entry = listed.entry
        return [
            Cell(entry.id), Cell(age: entry.id.elapsed(at: now)), Cell(age: entry.idle),
            Cell(count: entry.deliveries).adding(triesSuffix),
            entry.consumer.isEmpty ? "-" : Cell(bytes: entry.consumer), Cell(listed.presence.rawValue),
            Cell(note(listed)),
        ]
    }

    /// How often an entry was delivered, for people.
    func tries(_ deliveries: UInt64) -> String { "\(Format.grouped(UInt(deliveries)))\(triesSuffix ?? "")" }

    /// What stands behind the number of deliveries; nil where nothing does.
    private var triesSuffix: TerminalText? { deliveryLimit.map { "/\($0)" } }

    /// What an operator should know of an entry; empty when there is nothing to say.
    func note(_ listed: ListedEntry) -> String {
        if listed.presence.exists == false { return "cannot be delivered any more" }
        guard let limit = deliveryLimit else { return "" }
        if listed.entry.deliveries >= limit { return "the next failure sends it to the DLQ" }
        return listed.entry.deliveries + 1 == limit ? "one more failure sends it to the DLQ" : ""
    }

    /// An entry as an item of an envelope.
    func write(_ listed: ListedEntry, to writer: inout JSONWriter) {
        let note = note(listed)
        writer.member("id", listed.entry.id.milliseconds, listed.entry.id.sequence)
        writer.member("age_ms", JSONValue(listed.entry.id.age(at: now)))
        writer.member("idle_ms", JSONValue(listed.entry.idle))
        writer.member("deliveries", .unsigned(listed.entry.deliveries))
        writer.member("max_deliveries", JSONValue(deliveryLimit))
        writer.member("consumer", .bytes(listed.entry.consumer))
        writer.member("entry", .string(listed.presence.rawValue))
        writer.member("exists", JSONValue(listed.presence.exists))
        writer.member("note", note.isEmpty ? .null : .string(note))
    }
}
