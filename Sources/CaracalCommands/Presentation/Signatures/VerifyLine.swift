import Caracal
import Redis
import Rendering
import Text

/// One line of `verify-sig`'s table: a stream's own entries, or the source entries inside its dead letters.
struct VerifyLine {
    let stream: CheckedStream
    let part: Judgement.Part

    var tally: SignatureTally { part == .entry ? stream.own : stream.sources }

    /// What the line is called.
    var name: TerminalText { Self.name(stream.target.key, part) }

    static func name(_ key: [UInt8], _ part: Judgement.Part) -> TerminalText {
        let short = DeadLetterWords.name(key)
        return part == .entry ? short : "\(short) (source entries)"
    }

    /// What to say instead of figures; nil when there are figures.
    var stateWord: String? {
        switch stream.state {
        case .checked: nil
        case .missing: "MISSING"
        case .otherType: "NOT A STREAM"
        case .refused(let refusal): refusal.word
        }
    }

    /// Whether its entries were read.
    var isRead: Bool { stream.state == .checked }

    /// Whether there is no stream that could be read.
    var isAbsent: Bool { exists == false }

    func hasProblem(_ rules: SignatureRules) -> Bool {
        stateWord != nil || tally.invalid > 0 || tally.unchecked > 0 || tally.warned > 0
            || rules.requiresSignatures && tally.unsigned > tally.unsignedByDesign
    }

    func json(entries: [JSONValue]) -> JSONValue {
        // What was not read is unknown, not 0.
        let figures: SignatureTally? = isRead ? tally : nil
        return [
            "stream": .bytes(stream.target.key), "part": .string(part.rawValue), "exists": exists,
            "schemes": .array(tally.schemes.map { .string($0.rawValue) }), "entries": JSONValue(figures?.entries),
            "valid": JSONValue(figures?.valid), "invalid": JSONValue(figures?.invalid),
            "unsigned": JSONValue(figures?.unsigned), "unchecked": JSONValue(figures?.unchecked),
            "warned": JSONValue(figures?.warned), "listed": .array(entries),
        ]
    }

    private var exists: JSONValue {
        switch stream.state {
        case .checked: true
        case .missing, .otherType: false
        case .refused: .null
        }
    }
}

extension SignatureTally {
    /// The schemes that were met.
    var schemes: [SignatureScheme] { (hasFields ? [.fields] : []) + (hasAudit ? [.audit] : []) }

    /// The same in a word for a table.
    var schemeWord: String {
        schemes.isEmpty ? "-" : schemes.map(\.rawValue).joined(separator: ", ")
    }
}
