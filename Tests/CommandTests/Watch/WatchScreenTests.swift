import Redis
import Rendering
import TestSupport
import Testing
import Text

@testable import Caracal
@testable import CaracalCommands

/// The screens themselves lie in Tests/Screens, as they are seen.
struct WatchScreenTests {
    @Test(arguments: [(80, 24), (200, 60), (20, 10), (40, 5)])
    func theBusIsShownInWhatRoomThereIs(columns: Int, rows: Int) throws {
        let screen = screen(WatchSample.model(), columns, rows)
        try expect(screen, "bus-\(columns)x\(rows)")
    }

    @Test func aStreamIsOpenedWithItsGroupsAndConsumers() throws {
        var model = WatchSample.model()
        model.marked = 2
        press(.enter, &model)
        #expect(model.page == .stream("caracal.audit.events"))
        try expect(screen(model, 80, 24), "stream-80x24")
        for _ in 0..<20 { press(.down, &model) }
        #expect(
            screen(model, 80, 12).lines.contains { $0.shown.hasPrefix(">  audit-5c11") },
            "the mark ends with the page"
        )
        press(.escape, &model)
        #expect(model.page == .bus)
    }

    @Test func oldFiguresSayThatTheyAreOld() throws {
        var model = WatchSample.model()
        model.age = 12_000
        model.trouble = "cannot reach 127.0.0.1:6379: connection refused"
        let stale: ScreenText = "STALE 12s: cannot reach 127.0.0.1:6379: connection refused; trying again"
        #expect(screen(model, 80, 24).lines[1] == stale)
        model.trouble = nil
        model.isPaused = true
        #expect(screen(model, 80, 24).lines[1] == "PAUSED: the figures are 12s old")
    }

    @Test(arguments: [1, 2, 3, 5, 7, 10, 13, 20, 33, 64, 79, 80, 81, 109, 110, 131, 200, 400])
    func noLineIsWiderThanTheScreenAndNoneIsMissing(columns: Int) {
        let name = "evil\u{1B}[2J\u{202E}\u{4E2D}\u{6587}"
        let sample = WatchSample.model(groupName: name)
        for rows in [1, 2, 3, 4, 6, 10, 24, 60] {
            let stream = "caracal.audit.events"
            let id = EntryID(milliseconds: 1_767_444_425_000, sequence: 7)
            let held = PendingEntry(id: id, consumer: Array(name.utf8), idle: 4000, deliveries: 3)
            let message = Message([(Array(name.utf8), Array("\(name) \(String(repeating: name, count: 30))".utf8))])
            let pages: [(WatchModel.Page, WatchDetail?)] = [
                (.bus, nil), (.stream(stream), nil), (.help, nil), (.deadLetters(stream), .deadLetters([])),
                (.pending(stream, group: Array(name.utf8), consumer: nil), .pending([held, held])),
                (.pending(stream, group: Array(name.utf8), consumer: nil), nil),
                (.entry(key: Array(stream.utf8), id), .entry(message)), (.entry(key: [], id), .entry(nil)),
            ]
            for (page, detail) in pages {
                for unicode in [true, false] {
                    var model = sample
                    model.page = page
                    model.detail = detail
                    model.showsGroups = unicode
                    let lines = screen(model, columns, rows, unicode: unicode).lines
                    #expect(lines.count == rows)
                    #expect(lines.allSatisfy { $0.width <= columns })
                    #expect(lines.allSatisfy { !$0.shown.contains("\u{1B}") && !$0.shown.contains("\u{202E}") })
                    if !unicode { #expect(lines.allSatisfy { $0.bytes.allSatisfy { $0 < 0x80 } }) }
                }
            }
        }
    }

    @Test func colourChangesNoLetter() {
        let model = WatchSample.model()
        let coloured = WatchScreen(
            model: model,
            size: ScreenSize(rows: 24, columns: 80),
            usesColour: true,
            usesUnicode: true
        )
        let plain = coloured.lines.map { line in
            line.shown.split(separator: "\u{1B}[", omittingEmptySubsequences: false).enumerated().map { index, part in
                index == 0 ? String(part) : String(part.drop { $0 != "m" }.dropFirst())
            }.joined()
        }
        #expect(plain == screen(model, 80, 24).lines.map(\.shown))
    }

    @Test func keysSortMarkAndChangeTheInterval() {
        var model = WatchSample.model()
        func names() -> [String] { model.streams.prefix(3).map { $0.stream.observed.definition.shortName } }
        #expect(names() == ["policy.invalidate", "keys.invalidate", "audit.events"], "missing, unknown, slow")
        press(.character("s"), &model)
        #expect(names() == ["policy.invalidate", "audit.events", "audit.events.dlq"])
        press(.character("s"), &model)
        #expect(model.order == .length)
        press(.character("s"), &model)
        #expect(model.order == .table)
        #expect(names() == ["audit.events", "audit.events.dlq", "policy.invalidate"])
        #expect(model.marked == 2, "the mark stays with its stream")
        for _ in 0..<3 { press(.up, &model) }
        #expect(model.marked == 0)
        for _ in 0..<20 { press(.down, &model) }
        #expect(model.marked == 8)
        press(.character("+"), &model)
        #expect(model.interval == 500)
        for _ in 0..<20 { press(.character("-"), &model) }
        #expect(model.interval == 60_000)
        press(.character("p"), &model)
        #expect(model.isPaused)
        press(.character("?"), &model)
        #expect(model.page == .help)
        press(.other, &model)
        #expect(model.page == .bus)
        press(.character("q"), &model, stays: false)
    }

    @Test func groupsAreRowsTooAndAreFiltered() throws {
        var model = WatchSample.model()
        press(.character("g"), &model)
        try expect(screen(model, 80, 24), "groups-80x24")
        #expect(model.rows.count == 9)
        for letter in "/KEYS" { press(.character(letter), &model) }
        #expect(model.rows.map { $0.group?.standing.name.readable } == ["sts-keys"], "whatever the case")
        #expect(screen(model, 80, 24).lines.last == "/KEYS_  Enter keeps it  Esc shows all")
        for letter in "qx" { press(.character(letter), &model) }
        #expect(screen(model, 80, 24).lines[3] == "nothing matches /KEYSqx (Esc shows all)", "letters are no keys then")
        for _ in 0..<2 { press(.backspace, &model) }
        press(.enter, &model)
        #expect(!model.isFiltering)
        #expect(screen(model, 200, 24).lines[1].shown.hasSuffix("by lag  only /KEYS"))
        press(.escape, &model)
        #expect(model.rows.count == 9)
    }

    @Test func fromARowToAnEntryAndBack() throws {
        var model = WatchSample.model()
        model.marked = 2
        press(.enter, &model)
        press(.enter, &model)
        let stream = "caracal.audit.events"
        #expect(model.page == .pending(stream, group: Array("audit-ingestor".utf8), consumer: nil))
        #expect(
            model.target == .pending(StreamTable["audit.events"], group: Array("audit-ingestor".utf8), consumer: nil)
        )
        press(.enter, &model)
        #expect(model.target != nil, "there is nothing to open yet")
        let id = EntryID(milliseconds: 1_767_444_305_939, sequence: 0)
        model.detail = .pending([
            PendingEntry(id: id, consumer: Array("audit-5c11".utf8), idle: 95_000, deliveries: 7),
            PendingEntry(id: try #require(id.next), consumer: [], idle: nil, deliveries: 1),
        ])
        try expect(screen(model, 80, 24), "pending-80x24")
        press(.enter, &model)
        #expect(model.target == .entry(key: Array(stream.utf8), id))
        let event = #"{"event_type":"login","zone_id":"z-1"}"#
        model.detail = .entry(Message([(FieldName.data, Array(event.utf8))]))
        let lines = screen(model, 80, 24).lines
        #expect(
            lines[3...6] == [
                "1767444305939-0  2026-01-03T12:45:05.939Z  2m00s",
                "caracalctl trace 1767444305939-0 --stream audit.events", "event_type=login", "zone_id=z-1",
            ]
        )
        model.detail = .entry(nil)
        #expect(
            screen(model, 80, 24).lines[4...5] == [
                "caracalctl get audit.events 1767444305939-0", "it is not in the stream: deleted or trimmed",
            ]
        )
        press(.escape, &model)
        press(.left, &model)
        #expect(model.page == .stream(stream))
        press(.character("d"), &model)
        #expect(model.target == .deadLetters(StreamTable["audit.events"]))
        model.detail = .deadLetters([])
        #expect(screen(model, 80, 24).lines[3] == "no dead letters")
        for _ in 0..<3 { press(.escape, &model) }
        #expect(model.page == .bus)
        #expect(model.marked == 2)
    }

    @Test func fromAConsumerToWhatItHolds() {
        var model = WatchSample.model()
        model.page = .stream("caracal.audit.events")
        for _ in 0..<3 { press(.down, &model) }
        press(.enter, &model)
        let consumer = Array("audit-5c11".utf8)
        #expect(
            model.page == .pending("caracal.audit.events", group: Array("audit-ingestor".utf8), consumer: consumer)
        )
    }

    @Test func sequencesAreKeysAndAnEscapeAloneIsOne() {
        #expect(KeyReader.keys(in: "q\u{1B}[A\u{1B}OB\r".utf8) == [.character("q"), .up, .down, .enter])
        #expect(KeyReader.keys(in: [0x1B]) == [.escape])
        #expect(KeyReader.keys(in: "\u{1B}[1;5C\u{1B}[15~x".utf8) == [.right, .other, .character("x")])
        #expect(KeyReader.keys(in: [0x1B, 0x5B]) == [.other])
        #expect(
            KeyReader.keys(in: "\u{1B}[5~\u{1B}[6~\u{7F}\u{8}".utf8) == [.pageUp, .pageDown, .backspace, .backspace]
        )
        #expect(KeyReader.keys(in: [0xFF, 0x01]) == [.other, .other])
    }

    private func press(_ key: Key, _ model: inout WatchModel, stays: Bool = true) {
        let answer = model.press(key)
        #expect(answer == stays)
    }

    private func screen(_ model: WatchModel, _ columns: Int, _ rows: Int, unicode: Bool = true) -> WatchScreen {
        let size = ScreenSize(rows: rows, columns: columns)
        return WatchScreen(model: model, size: size, usesColour: false, usesUnicode: unicode)
    }

    private func expect(_ screen: WatchScreen, _ name: String) throws {
        let shown = screen.lines.map { $0.shown + "\n" }.joined()
        let file = Repository.root + "/Tests/Screens/watch-\(name).txt"
        let expected = String(decoding: try TemporaryFolder.read(file), as: UTF8.self)
        #expect(shown == expected)
    }
}
