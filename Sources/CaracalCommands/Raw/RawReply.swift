import RESP
import Redis
import Rendering
import Text

/// A reply as redis-cli shows it, and nothing in it that a terminal would obey.
enum RawReply {
    /// The lines, each ended by a line feed.
    static func text(_ reply: ReplyValue) -> ScreenText {
        lines(reply, isRoot: true).map { "\($0)\n" as ScreenText }.joined()
    }

    /// The reply as JSON; an error within it as `{"error":…}`, pairs as an array of pairs, since keys need not be unique.
    static func json(_ reply: ReplyValue) -> JSONValue {
        switch reply.kind {
        case .null: .null
        case .integer: JSONValue.integer(reply.integer ?? 0)
        case .boolean: JSONValue(reply.boolean)
        case .double: JSONValue(reply.double)
        case .simpleError, .bulkError: ["error": JSONValue(bytes: reply.text)]
        case .array, .set, .push: .array(reply.elements.map(json))
        case .map: .array((reply.pairs.map(Array.init) ?? []).map { .array([json($0), json($1)]) })
        default: JSONValue(bytes: reply.text)
        }
    }

    private static func lines(_ reply: ReplyValue, isRoot: Bool = false) -> [TerminalText] {
        switch reply.kind {
        case .null: ["(nil)"]
        case .integer: ["(integer) \(reply.integer ?? 0)"]
        case .boolean: [reply.boolean == true ? "(true)" : "(false)"]
        case .double: ["(double) \(text(of: reply))"]
        case .bigNumber: ["(big number) \(text(of: reply))"]
        case .simpleError, .bulkError: ["(error) \(text(of: reply))"]
        case .simpleString: [text(of: reply)]
        case .verbatimString where isRoot: paragraphs(reply)
        case .bulkString, .verbatimString: ["\"\(quoted(reply))\""]
        case .array, .push: listed(reply.elements.map { lines($0) }, mark: ")", empty: "(empty array)")
        case .set: listed(reply.elements.map { lines($0) }, mark: "~", empty: "(empty set)")
        case .map: listed((reply.pairs.map(Array.init) ?? []).map(pair), mark: "#", empty: "(empty hash)")
        }
    }

    private static func pair(_ field: ReplyValue, _ value: ReplyValue) -> [TerminalText] {
        let name = lines(field).joined(separator: " ")
        let values = lines(value)
        guard values.count > 1 else { return ["\(name) => \(values.joined())"] }
        return ["\(name) =>"] + values.map { "   \($0)" }
    }

    /// The items numbered, what follows an item's first line below its beginning.
    private static func listed(_ items: [[TerminalText]], mark: String, empty: TerminalText) -> [TerminalText] {
        guard !items.isEmpty else { return [empty] }
        let width = String(items.count).count
        return items.enumerated().flatMap { index, lines in
            let number = String(index + 1)
            let label = String(repeating: " ", count: width - number.count) + "\(number)\(mark) "
            let indent = String(repeating: " ", count: label.count)
            return lines.enumerated().map { "\($0 == 0 ? label : indent)\($1)" as TerminalText }
        }
    }

    /// What the server meant for people to read, such as INFO: its lines as lines.
    private static func paragraphs(_ reply: ReplyValue) -> [TerminalText] {
        var lines = (reply.text ?? []).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { TerminalText($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0) }
    }

    private static func text(of reply: ReplyValue) -> TerminalText {
        switch reply.kind {
        case .double: reply.double.map { "\($0)" } ?? "nan"
        default: TerminalText(reply.text ?? [])
        }
    }

    private static func quoted(_ reply: ReplyValue) -> TerminalText {
        let parts = text(of: reply).text.split(separator: "\"", omittingEmptySubsequences: false)
        return TerminalText(keeping: parts.joined(separator: "\\\""))
    }
}

/// How `raw` shows a reply.
struct RawPresentation: Presentable {
    let reply: Reply
    let server: ServerPresentation
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        RawReply.text(reply.root)
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.raw/1",
            at: at,
            server: server.json,
            items: [["reply": RawReply.json(reply.root)]],
            summary: [:],
            warnings: []
        )
    }
}

/// How `raw --dry-run` shows what would be sent.
struct RawPreview: Presentable {
    let command: Command
    /// Whether it is known to change nothing.
    let isRead: Bool
    let server: ServerPresentation
    let at = WallClock.now

    private var effect: Effect { isRead ? .reads : .writes }

    func table(_ look: TerminalLook) -> ScreenText {
        "\(keeping: command)  (\(effect.rawValue))\n"
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.raw-preview/1",
            at: at,
            server: server.json,
            items: [["command": .string(command.description), "effect": .string(effect.rawValue)]],
            summary: [:],
            warnings: []
        )
    }
}
