import Redis
import Rendering
import Testing
import Text

@testable import Caracal
@testable import CaracalCommands

/// What is written of very many pending entries is what is written of a few.
@Suite struct PendingEntryRowsTests {
    private static let now: UInt64 = 1_700_000_000_000
    private static let names = ["audit-1", "日本", "a,b \"c\"", "", "\u{1B}[31m", "-"]
    private static let idle: [UInt64?] = [0, 999, 1_500, 60_250, 14_520_000, nil, .max]

    /// Entries that differ from their neighbours in one thing or in many.
    private static let entries: [ListedEntry] = (0..<210).map { number in
        let ages: [UInt64] = [0, 500, 1_500, 90_000, 86_400_000 * 7, UInt64.max - 5]
        let entry = PendingEntry(
            id: EntryID(milliseconds: now &- ages[number / 3 % ages.count], sequence: UInt64(number)),
            consumer: Array(names[number / 5 % names.count].utf8),
            idle: idle[number / 2 % idle.count],
            deliveries: [1, 6, 7, 8, 12_345][number / 4 % 5]
        )
        let presences: [EntryPresence] = [.present, .trimmed, .deleted, .unknown]
        return ListedEntry(entry: entry, presence: presences[number / 7 % 4])
    }

    private func writer(_ stream: String, _ now: UInt64?) -> PendingEntryWriter {
        let stream = StreamTable[stream]
        let name = Array(stream.groups[0].name.utf8)
        let info = GroupInfo(name: name, consumers: 1, pending: 1, lastDeliveredID: .zero)
        let group = GroupStanding(stream: stream, name: name, info: info)
        return PendingEntryWriter(group: group, now: now, maxDeliveries: 8, showsAll: true)
    }

    /// One stream whose deliveries are counted, and one whose are not.
    @Test(arguments: ["audit.events", "sessions.revoke"], [now, nil])
    func linesAndValuesAreThoseOfCells(stream: String, now: UInt64?) {
        let writer = writer(stream, now)
        var (text, values) = (PendingEntryRows(writer, .text), PendingEntryRows(writer, .values))
        let looks = [PagedTable(writer.columns, .plain), PagedTable(writer.columns, .plain)]
        var (lines, records) = (looks, looks)
        for page in [Self.entries.prefix(100), Self.entries.dropFirst(100)].map(Array.init) {
            let cells = page.map(writer.row)
            #expect(lines[0].text(text.rows(page)) == lines[1].text(cells))
            #expect(String(decoding: records[0].csv(values.rows(page)), as: UTF8.self) == records[1].csv(cells))
        }
    }
}
