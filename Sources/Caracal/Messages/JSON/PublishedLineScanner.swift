import Redis
import Text

/// What a line of `publish --ndjson` holds.
package struct PublishedLine: Sendable, Equatable {
    /// The message.
    package var message = Message()
    /// Whether its fields are published as they are: it was in a dead letter, and its signature holds.
    package internal(set) var isWhole = false

    package init(message: Message = Message()) { self.message = message }
}

/// Reads the lines of `publish --ndjson`: messages, and entries as `tail`, `dlq export` and other commands print them.
///
/// An object whose `fields` is an array or an object is an entry: `stream` must name the stream that is published to, `fields` are
/// the message, without its signatures, and all other members are left out. Its signature must hold where a new one is made. Where
/// the rules say so, a dead letter of the stream stands for the message in it, which is published as it was.
package struct PublishedLineScanner {
    private let stream: [UInt8]
    /// Whether an entry's own `outbox_id` is left out.
    private let dropsOutboxID: Bool
    private var messages = MessageScanner()
    private var entries = StoredEntryScanner()
    private var entry = StoredEntry()
    private var oldSignature: OldSignature?
    /// What reads and checks the message in a dead letter; nil where dead letters are refused.
    private var letters: (judge: DeadLetterJudge, oldSignature: OldSignature?)?

    /// A scanner of what is published to a stream. Its storage is reused from line to line.
    package init(_ rules: PublishRules) throws(CryptographyError) {
        stream = rules.stream.key
        oldSignature = try OldSignature(rules)
        letters = try rules.deadLetterKeys.map { keys throws(CryptographyError) in
            (try DeadLetterJudge(keys: keys), try OldSignature(rules, with: keys))
        }
        dropsOutboxID =
            switch rules.outboxID {
            case .new, .given: true
            case .automatic, .none: false
            }
    }

    /// Reads the object at `range` into `line`, whose fields are replaced. On an error `line` is of no use.
    package mutating func scan(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        into line: inout PublishedLine
    ) throws(PublishedLineError) {
        line.isWhole = false
        do throws(JSONError) {
            guard Self.isEntry(bytes, range) else { return try messages.scan(bytes, range, into: &line.message) }
            try entries.scan(bytes, range, into: &entry)
        } catch {
            throw .malformed(error)
        }
        let isOwn = entry.stream == stream && SignatureTarget(key: stream).source == nil
        let own = isOwn ? entry.message : try messageInLetter()
        let found: OldSignature.Verdict?
        do throws(CryptographyError) {
            found = isOwn ? try oldSignature?.check(own) : try letters?.oldSignature?.check(own)
        } catch {
            throw .verification(error)
        }
        if case .faulty(let fault)? = found { throw .badSignature(fault) }
        // A signature may be one of two, and may cover fields that no new one does. One that was not checked may be over a field
        // that the dead letter has lost, and would not hold.
        if !isOwn, case .valid? = found, !dropsOutboxID || Self.takesOutboxID(own) {
            line.message = own
            line.isWhole = true
        } else {
            line.message.takeUnsigned(own.fields, in: own.bytes, dropsOutboxID: dropsOutboxID)
        }
    }

    /// The message in the dead letter read last, with its signatures.
    private mutating func messageInLetter() throws(PublishedLineError) -> Message {
        let (fields, bytes) = (entry.message.fields, entry.message.bytes)
        guard let source = SignatureTarget(key: entry.stream).source, source.key == stream,
            let head = letters?.judge.head(fields, in: bytes, of: source)
        else { throw refusal }
        let message: Message?
        do throws(CryptographyError) {
            message = try letters?.judge.restore(fields, in: bytes, head, of: source)
        } catch {
            throw .verification(error)
        }
        guard let message else { throw .emptyDeadLetter(of: entry.stream) }
        return message
    }

    /// Whether a message has no `outbox_id`, and no signature that one would break.
    private static func takesOutboxID(_ message: Message) -> Bool {
        message.lastIndex(of: FieldName.outboxID) == nil && message.lastIndex(of: FieldName.signature) == nil
    }

    /// Why the entry read last is not published: it belongs elsewhere.
    private var refusal: PublishedLineError {
        let isDeadLetter = SignatureTarget(key: entry.stream).source?.key == stream || entry.stream == stream
        return isDeadLetter ? .deadLetter(of: entry.stream) : .otherStream(entry.stream)
    }

    /// Whether an object is an entry, by what its last member `fields` is. Most messages have no such field.
    private static func isEntry(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard ByteSearch.contains(fields, in: bytes, range) else { return false }
        var scanner = JSONScanner(bytes, range)
        scanner.skipSpace()
        guard scanner.next == UInt8(ascii: "{") else { return false }
        var isEntry = false
        // What is wrong with the line is for the scanner to say that reads it.
        try? scanner.skipObject { scanner, name throws(JSONError) in
            if scanner.isText(fields, at: name) {
                isEntry = scanner.next == UInt8(ascii: "{") || scanner.next == UInt8(ascii: "[")
            }
            try scanner.skipValue()
        }
        return isEntry
    }

    private static let fields = Array("fields".utf8)
}

/// Why a line is not published.
package enum PublishedLineError: Error, Sendable, Equatable {
    /// It is no object, or no entry.
    case malformed(JSONError)
    /// An entry of another stream.
    case otherStream([UInt8])
    /// An entry of the stream of dead letters that belongs to the one that is published to.
    case deadLetter(of: [UInt8])
    /// A dead letter in which no message can be read.
    case emptyDeadLetter(of: [UInt8])
    /// An entry whose consumers skip it, for this reason.
    case badSignature(TerminalText)
    /// Its signature could not be checked.
    case verification(CryptographyError)
}

extension PublishedLineError: TerminalTextConvertible {
    /// One line, lower case.
    package var text: TerminalText {
        switch self {
        case .malformed(let error): "\(error)"
        case .otherStream(let stream):
            "an entry of \(stream): entries go back only to the stream that they are from"
        case .badSignature(let reason):
            "an entry that its consumers skip: \(reason) (with --resign it is shown, and signed anew after a question)"
        case .verification(let error): "\(error)"
        case .emptyDeadLetter(let stream): "a dead letter of \(stream) in which no message can be read"
        case .deadLetter(let stream):
            "a dead letter of \(stream): caracalctl dlq redrive returns the message inside, unchanged and once"
        }
    }
}
