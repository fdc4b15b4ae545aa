import Caracal
import Redis
import Rendering
import Text

extension WatchScreen {
    /// A list of pending entries or dead letters, or one entry.
    func detailLines(_ room: Int) -> [ScreenText] {
        switch model.detail {
        case nil: [cut("looking")]
        case .refused(let refusal): [cut(refusal.text, .red)]
        case .pending(let entries): pendingLines(entries, room)
        case .deadLetters(let items): deadLetterLines(items, room)
        case .entry(let message): entryLines(message, room)
        }
    }

    private func pendingLines(_ entries: [PendingEntry], _ room: Int) -> [ScreenText] {
        guard case .pending(let name, let group, let consumer) = model.page else { return [] }
        let holder: TerminalText = consumer.map { "\($0) of \(group)" } ?? TerminalText(group)
        guard !entries.isEmpty else { return [cut("\(holder): nothing is pending")] }
        let stream = model.stream(named: name)
        let total = stream?.groups.first { $0.standing.name == group }?.standing.info?.pending ?? 0
        let count =
            consumer == nil && total > UInt64(entries.count)
            ? "the oldest \(entries.count) of \(Format.grouped(UInt(clamping: total))) pending entries"
            : Format.count(entries.count, "pending entry", "pending entries")
        var lines = [cut("\(holder): \(count)", .bold)]
        if let entry = entries.dropFirst(model.marked).first, let stream {
            let definition = stream.observed.definition
            lines += command(
                ShellWord.canGive(group)
                    ? "caracalctl claim \(definition.word) \(ShellWord.group(group)) \(entry.id) --to CONSUMER"
                    : RedisCLI.look(at: group, on: definition.key)
            )
        }
        return lines + list(entries, room - lines.count, pendingColumns)
    }

    private func pendingColumns(_ entries: [PendingEntry]) -> [WatchColumn] {
        let now = model.frame?.now
        return [
            WatchColumn("ID", .left, priority: 0, entries.map { Cell("\($0.id)") }),
            WatchColumn("AGE", priority: 3, entries.map { Cell(age: $0.id.elapsed(at: now)) }),
            WatchColumn("IDLE", priority: 2, entries.map { Cell(age: $0.idle) }),
            WatchColumn("TRIES", priority: 1, entries.map { Cell(count: $0.deliveries) }),
            WatchColumn("CONSUMER", .left, priority: 4, isFlexible: true, entries.map(holder)),
        ]
    }

    /// A command to type: folded, and never cut.
    private func command(_ text: TerminalText) -> [ScreenText] {
        TextFolding.lines(route?.text(text) ?? text, width: size.columns).flatMap(wrapped)
    }

    private func holder(of entry: PendingEntry) -> Cell {
        entry.consumer.isEmpty ? "-" : Cell(bytes: entry.consumer)
    }

    private func deadLetterLines(_ items: [DeadLetterGlance.Item], _ room: Int) -> [ScreenText] {
        guard let marked = items.dropFirst(model.marked).first else { return [cut("no dead letters")] }
        let lines =
            [cut("the newest \(Format.count(items.count, "dead letter"))", .bold)]
            + command("caracalctl dlq show \(marked.id)")
        return lines + list(items, room - lines.count, deadLetterColumns)
    }

    private func deadLetterColumns(_ items: [DeadLetterGlance.Item]) -> [WatchColumn] {
        let now = model.frame?.now
        return [
            WatchColumn("ID", .left, priority: 0, items.map { Cell("\($0.id)") }),
            WatchColumn("AGE", priority: 2, items.map { Cell(age: $0.id.elapsed(at: now)) }),
            WatchColumn("IN", .left, priority: 3, isFlexible: true, items.map { Cell(bytes: $0.stream) }),
            WatchColumn("REASON", .left, priority: 1, isFlexible: true, items.map(reason)),
        ]
    }

    private func reason(of item: DeadLetterGlance.Item) -> Cell {
        item.reasonKind.isEmpty ? "-" : Cell(bytes: item.reasonKind)
    }

    /// As many rows of a list as there is room for, the marked one among them.
    private func list<Row>(_ rows: [Row], _ room: Int, _ columns: ([Row]) -> [WatchColumn]) -> [ScreenText] {
        guard room > 1 else { return [] }
        let first = max(0, min(model.marked - (room - 2), rows.count - 1))
        let shown = Array(rows.dropFirst(first).prefix(room - 1))
        return table([markColumn(shown.count, marked: model.marked - first)] + columns(shown), rows: shown.count)
    }

    /// An entry, its fields one by one, the event in it decoded.
    private func entryLines(_ message: Message?, _ room: Int) -> [ScreenText] {
        guard case .entry(let key, let id) = model.page else { return [] }
        let time = zone.timestamp(milliseconds: id.milliseconds).map { "  \($0)" } ?? ""
        let age = id.elapsed(at: model.frame?.now).map { "  \(Format.age(milliseconds: $0))" } ?? ""
        let head = cut("\(id)\(time)\(age)", .bold)
        guard let message else {
            return [head] + command(MessageCommands.get("\(id)", in: key))
                + [cut("it is not in the stream: deleted or trimmed")]
        }
        let top = [head] + command(MessageCommands.trace("\(id)", in: key))
        let words = EntryWords(showsSignature: true, showsIDs: true).words(message)
        let lines = words.flatMap(wrapped)
        return top + lines.dropFirst(max(0, min(model.scrolled, lines.count - (room - top.count))))
    }

    /// A text in lines as wide as the screen; what follows the first is indented.
    private func wrapped(_ text: TerminalText) -> [ScreenText] {
        var (lines, line, width) = ([String](), "", 0)
        for scalar in text.text.unicodeScalars {
            let whole = DisplayWidth.of(String(scalar))
            // A letter may be wider than the screen.
            let (scalar, own) = whole > size.columns ? ("…", 1) : (scalar, whole)
            if width + own > size.columns, width > 0 {
                lines.append(line)
                (line, width) = size.columns > 8 ? ("  ", 2) : ("", 0)
            }
            line.unicodeScalars.append(scalar)
            width += own
        }
        return (lines + [line]).map { "\(keeping: $0)" }
    }
}
