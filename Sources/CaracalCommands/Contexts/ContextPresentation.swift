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

    func table(_ look: TerminalLook) -> ScreenText {
        isDetailed ? details.render(look) : list(look)
    }

    private func list(_ look: TerminalLook) -> ScreenText {
        guard !contexts.isEmpty else {
            return look.folded("There are no contexts yet: caracalctl context add NAME --url URL") + "\n"
        }
        return list.render(look)
    }

    var mainTable: TextTable? { isDetailed ? details : list }

    private var list: TextTable {
        let isDescribed = contexts.contains { $0.values[.description] != nil }
        var table = TextTable(
            [
                Column("", name: "CURRENT"), Column("NAME"), Column("URL", isFlexible: true, least: 24),
                Column("USER", priority: 2), Column("PROTECTED", priority: 1),
            ] + (isDescribed ? [Column("DESCRIPTION", isFlexible: true)] : [])
        )
        for context in contexts {
            table.append(
                [
                    Cell(context.name == file.current ? "*" : ""), Cell(context.name), cell(context, .url),
                    Cell(context.shownUser ?? "-"), Cell(context.isProtected ? "yes" : "no"),
                ] + (isDescribed ? [cell(context, .description)] : [])
            )
        }
        return table
    }

    private var details: TextTable {
        var table = TextTable([Column("SETTING"), Column("VALUE", isFlexible: true)])
        for context in contexts {
            table.append(["name", Cell(context.name)])
            table.append(["in use", Cell(context.name == file.current ? "yes" : "no")])
            for key in ContextKey.allCases where context.values[key] != nil {
                table.append([Cell(key.rawValue), cell(context, key)])
            }
        }
        return table
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
    /// Who it logs in as, as `env` shows it: where no password is known, what stands in the place of the user in a URL may be
    /// one.
    fileprivate var shownUser: String? {
        if let user = values[.user] { return user }
        guard let user = values[.url].flatMap({ try? RedisURL($0) })?.user else { return nil }
        return values[.passwordFile] == nil ? "***" : user
    }

    /// What it says, fit to be shown. In a URL that has no password, what stands in the place of the user may be one.
    fileprivate func shown(_ key: ContextKey) -> String? {
        guard key == .url, let url = values[key], (try? RedisURL(url))?.user != nil,
            let scheme = url.firstRange(of: "://"), let end = url.lastIndex(of: "@")
        else { return values[key] }
        return url[..<scheme.upperBound] + "***" + url[end...]
    }
}
