import Redis
import Rendering
import Text

/// How `context ls` and `context show` show contexts.
struct ContextPresentation: Presentable {
    let file: ContextFile
    let contexts: [Context]
    /// Whether all values are shown, and not only the main ones.
    var isDetailed = false
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        isDetailed ? details(look) : list(look)
    }

    private func list(_ look: TerminalLook) -> String {
        guard !contexts.isEmpty else { return "There are no contexts yet: caracalctl context add NAME --url URL\n" }
        var table = TextTable([
            Column(""), Column("NAME"), Column("URL", isFlexible: true), Column("USER"), Column("PROTECTED"),
        ])
        for context in contexts {
            table.append([
                Cell(context.name == file.current ? "*" : ""), Cell(context.name), cell(context, .url),
                cell(context, .user), Cell(context.isProtected ? "yes" : "no"),
            ])
        }
        return table.render(look)
    }

    private func details(_ look: TerminalLook) -> String {
        var table = TextTable([Column("SETTING"), Column("VALUE", isFlexible: true)])
        for context in contexts {
            table.append(["name", Cell(context.name)])
            table.append(["in use", Cell(context.name == file.current ? "yes" : "no")])
            for key in ContextKey.allCases where context.values[key] != nil {
                table.append([Cell(key.rawValue), cell(context, key)])
            }
        }
        return table.render(look)
    }

    private func cell(_ context: Context, _ key: ContextKey) -> Cell {
        Cell(context.shown(key) ?? "-")
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.contexts/1",
            at: at,
            server: .null,
            items: contexts.map(item),
            summary: ["file": .string(file.path), "current": JSONValue(file.current)],
            warnings: []
        )
    }

    private func item(_ context: Context) -> JSONValue {
        let values = ContextKey.allCases.map { key in
            JSONMember(key.rawValue, key.kind == .flag ? .bool(context.isProtected) : JSONValue(context.shown(key)))
        }
        return .object([JSONMember("name", .string(context.name))] + values)
    }
}

extension Context {
    /// What it says, fit to be shown. In a URL that has no password, what stands in the place of the user may be one.
    fileprivate func shown(_ key: ContextKey) -> String? {
        guard key == .url, let url = values[key], (try? RedisURL(url))?.user != nil,
            let scheme = url.firstRange(of: "://"), let end = url.lastIndex(of: "@")
        else { return values[key] }
        return url[..<scheme.upperBound] + "***" + url[end...]
    }
}
