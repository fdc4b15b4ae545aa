import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// The line of an entry as `tail --format` describes it: text with places such as `%{zone_id}` and `%{data.event_type}`.
struct TailFormat: Sendable, Equatable {
    /// What a line is put together from.
    enum Part: Sendable, Equatable {
        /// Text of the format itself.
        case text(String)
        /// The entry's id.
        case id
        /// When it was added, in RFC 3339.
        case time
        /// Its stream, without `caracal.`.
        case stream
        /// A field, or a value inside a field's JSON.
        case value(MessagePath)
    }

    /// The parts, in their order.
    let parts: [Part]

    /// Whether it shows anything of an entry.
    var hasPlaces: Bool {
        parts.contains { if case .text = $0 { false } else { true } }
    }

    /// What stands for a value that an entry does not have: as in tables, so that columns keep their places.
    private static let missing: TerminalText = "-"

    /// Reads a format. `%%` is a percent sign, `\t`, `\n` and `\\` are a tab, a line feed and a backslash.
    init(_ format: String) throws {
        var parts: [Part] = []
        var text = ""
        var rest = format[...]
        // What is wrong is at the first character that is left.
        func fault(_ reason: TerminalText) -> ValidationError {
            let place = format.distance(from: format.startIndex, to: rest.startIndex) + 1
            return ValidationError("--format, at character \(place): \(reason.text)")
        }
        while let mark = rest.firstIndex(where: { $0 == "%" || $0 == "\\" }) {
            text += rest[..<mark]
            rest = rest[mark...]
            let body = rest.dropFirst()
            switch (rest.first, body.first) {
            case ("%", "%"): text += "%"
            case ("\\", "t"): text += "\t"
            case ("\\", "n"): text += "\n"
            case ("\\", "\\"): text += "\\"
            case ("%", "{"):
                guard let end = body.firstIndex(of: "}") else { throw fault("%{ has no } behind it") }
                let name = body[body.index(after: body.startIndex)..<end]
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                do throws(MessagePathError) { parts.append(try Part(place: String(name))) } catch {
                    throw fault("%{\(String(name))} is no place: \(error)")
                }
                rest = body[body.index(after: end)...]
                continue
            case ("%", let letter):
                let word = letter.map { "%\($0)" } ?? "%"
                throw fault("\(word) is no place: expected %{id}, %{time}, %{stream}, %{FIELD}, %{FIELD.KEY} or %%")
            default: throw fault("a backslash stands before t, n or another backslash only")
            }
            rest = body.dropFirst()
        }
        text += rest
        if !text.isEmpty { parts.append(.text(text)) }
        guard !parts.isEmpty else {
            throw ValidationError("--format is empty: expected text with places such as %{zone_id}")
        }
        self.parts = parts
    }

    /// The line of an entry, without a line feed. What is not of the format is escaped.
    func line(_ entry: TailEntry, _ zone: ClockZone = .utc) -> [UInt8] {
        parts.reduce(into: []) { line, part in
            // The format is the operator's own, and may have colours.
            if case .text(let text) = part { line += text.utf8 } else { line += value(part, entry, zone).text.utf8 }
        }
    }

    private func value(_ part: Part, _ entry: TailEntry, _ zone: ClockZone) -> TerminalText {
        switch part {
        case .text(let text): TerminalText(text)
        case .id: "\(entry.id)"
        case .time: zone.timestamp(milliseconds: entry.id.milliseconds).map { "\($0)" } ?? Self.missing
        case .stream: TerminalText(entry.stream.shortName)
        case .value(let path): path.value(in: entry.message).map { TerminalText($0) } ?? Self.missing
        }
    }
}

extension TailFormat.Part {
    fileprivate init(place: String) throws(MessagePathError) {
        switch place {
        case "id": self = .id
        case "time": self = .time
        case "stream": self = .stream
        default: self = .value(try MessagePath(place.utf8))
        }
    }
}
