import RESP
import Redis
import Rendering
import Text

/// A request as `--trace` shows it: one line on standard error, for a person or as a JSON object.
struct TraceLine {
    let event: TraceEvent

    /// `trace: redis:6379  0.31ms  XLEN caracal.audit.events -> integer 231008`
    var text: TerminalText { "trace: \(event.target)  \(Self.duration(event.duration))  \(subject) -> \(outcome)" }

    private var subject: TerminalText {
        switch event.subject {
        case .connect: "connect"
        case .tls: "TLS"
        case .command(let command, _, 1): command.text
        case .command(let command, let number, let count): "\(number)/\(count) \(command.text)"
        case .pipeline(let first, let count): "\(Format.grouped(count)) commands, the first: \(first.text)"
        case .statement(let statement): Self.line(statement)
        }
    }

    private var outcome: TerminalText {
        switch event.outcome {
        case .done: return "done"
        case .reply(.integer, _, _, let number?): return "integer \(number)"
        case .reply(let kind, let values, let bytes, _):
            let count: TerminalText =
                kind.isAggregate ? " of \(Format.grouped(kind == .map ? values / 2 : values))" : ""
            return "\(Self.name(kind))\(count), \(Format.grouped(bytes)) bytes"
        case .replies(let count, let bytes, let refused, let code):
            let refusals: TerminalText = refused == 0 ? "" : ", \(Format.grouped(refused)) refused (\(code ?? "ERR"))"
            return "\(Format.grouped(count)) replies, \(Format.grouped(bytes)) bytes\(refusals)"
        case .refused(let message): return "refused: \(message)"
        case .failed(let error, let answered): return "\(Self.answered(answered))failed: \(CommandError(error).message)"
        case .abandoned(let answered): return "\(Self.answered(answered))not waited for"
        case .rows(let count, _, changed: true): return "\(Format.grouped(count)) changed"
        case .rows(let count, let bytes, changed: false):
            return "\(Format.grouped(count)) rows, \(Format.grouped(bytes)) bytes"
        case .ended(let error): return "failed: \(CommandError(error).message)"
        }
    }

    /// A statement on one line.
    private static func line(_ statement: String) -> TerminalText {
        "\(statement.split(whereSeparator: \.isWhitespace).joined(separator: " "))"
    }

    private static func answered(_ count: Int) -> TerminalText {
        count == 0 ? "" : "\(Format.grouped(count)) replies, then "
    }

    /// `0.31ms`, `12.40ms`, `1.20s`
    private static func duration(_ duration: Duration) -> String {
        let microseconds = microseconds(duration)
        let (unit, size) = microseconds < 1_000_000 ? ("ms", 1_000) : ("s", 1_000_000)
        let hundredths = microseconds * 100 / size
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)\(unit)"
    }

    private static func microseconds(_ duration: Duration) -> Int { Int(duration / .microseconds(1)) }

    private static func name(_ kind: ReplyKind) -> String {
        switch kind {
        case .simpleString: "simple string"
        case .simpleError, .bulkError: "error"
        case .integer: "integer"
        case .bulkString: "string"
        case .null: "null"
        case .boolean: "boolean"
        case .double: "double"
        case .bigNumber: "big number"
        case .verbatimString: "text"
        case .array: "array"
        case .map: "map"
        case .set: "set"
        case .push: "push"
        }
    }
}

// MARK: - As JSON

extension TraceLine {
    /// `{"trace":{"server":…,"step":"command",…}}`
    var json: TerminalText {
        let object: JSONValue = ["trace": .object(members)]
        return TerminalText(keeping: String(decoding: object.line().dropLast(), as: UTF8.self))
    }

    private var members: [JSONMember] {
        let (step, command, count) = request
        let (result, type, bytes, refused, message) = result
        return [
            JSONMember("server", .string(event.target)), JSONMember("step", .string(step)),
            JSONMember("command", command.map(JSONValue.init) ?? .null), JSONMember("commands", .integer(Int64(count))),
            JSONMember("duration_us", .integer(Int64(Self.microseconds(event.duration)))),
            JSONMember("result", .string(result)), JSONMember("reply", JSONValue(type)),
            JSONMember("bytes", bytes.map { .integer(Int64($0)) } ?? .null),
            JSONMember("refused", .integer(Int64(refused))),
            JSONMember("message", message.map(JSONValue.init) ?? .null),
        ]
    }

    private var request: (step: String, command: TerminalText?, count: Int) {
        switch event.subject {
        case .connect: ("connect", nil, 0)
        case .tls: ("tls", nil, 0)
        case .command(let command, _, _): ("command", command.text, 1)
        case .pipeline(let first, let count): ("pipeline", first.text, count)
        case .statement(let statement): ("statement", Self.line(statement), 1)
        }
    }

    private var result: (String, type: String?, bytes: Int?, refused: Int, message: TerminalText?) {
        switch event.outcome {
        case .done: ("done", nil, nil, 0, nil)
        case .reply(let kind, _, let bytes, _): ("reply", Self.name(kind), bytes, 0, nil)
        case .replies(_, let bytes, let refused, let code):
            ("reply", nil, bytes, refused, code.map { "\($0)" })
        case .refused(let message): ("refused", nil, nil, 1, "\(message)")
        case .failed(let error, _): ("failed", nil, nil, 0, CommandError(error).message)
        case .abandoned: ("abandoned", nil, nil, 0, nil)
        case .rows(_, let bytes, let changed): ("reply", changed ? "count" : "rows", bytes, 0, nil)
        case .ended(let error): ("failed", nil, nil, 0, CommandError(error).message)
        }
    }
}

extension ShownCommand {
    /// The command on one line.
    fileprivate var text: TerminalText {
        let rest: TerminalText = omitted == 0 ? "" : " ... \(Format.grouped(omitted)) more"
        return words.map(Self.text).joined(separator: " ") + rest
    }

    private static func text(_ word: Word) -> TerminalText {
        let isPlain = !word.bytes.isEmpty && !word.bytes.contains(UInt8(ascii: " "))
        let text: TerminalText = isPlain ? "\(word.bytes)" : "\"\(word.bytes)\""
        return word.omitted == 0 ? text : text + "...(\(Format.grouped(word.omitted)) more bytes)"
    }
}

extension Session {
    /// Shows each request on standard error until `endTrace`, where that was asked for.
    func beginTrace() {
        guard output.isTracing.value else { return }
        let isJSON = [.json, .ndjson].contains(output.format.value)
        Trace.begin { event in
            let line = TraceLine(event: event)
            Output.note(isJSON ? line.json : line.text)
        }
    }

    /// What follows is no request of this command.
    func endTrace() { Trace.end() }
}
