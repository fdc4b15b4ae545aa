import Redis
import RESP

/// How messages become entries of one stream.
package struct PublishRules {
    /// Which id a message gets in its field `outbox_id`, by which consumers tell a message delivered twice.
    package enum OutboxID: Sendable, Equatable {
        /// A new UUIDv7, unless the message brings one.
        case automatic
        /// A new UUIDv7, in place of the one that an entry of a stream brings.
        case new
        /// None, unless the message brings one. Without it a lost reply cannot be made up for.
        case none
        /// This one.
        case given([UInt8])
    }

    /// The stream.
    package let stream: StreamDefinition
    /// How to sign; nil to leave messages unsigned.
    package let signing: (scheme: SignatureScheme, key: SigningKey)?
    /// Which id a message gets.
    package let outboxID: OutboxID
    /// The `MAXLEN ~` to trim to; nil to trim nothing.
    package let maxLength: UInt64?
    /// Whether a value may hold LF, which leaves open what was signed.
    package let allowsNewlines: Bool
    /// What the stream's consumers need to find; nil to check nothing.
    package let schema: MessageSchema?
    /// Whether an entry without a signature may be signed: where consumers take it as it is.
    package let acceptsUnsigned: Bool
    /// The keys that the message in a dead letter of the stream is checked with, which then stands for the message: in a
    /// cluster, where none can be moved back. Nil where dead letters are refused.
    package var deadLetterKeys: SignatureKeys?

    package init(
        stream: StreamDefinition,
        signing: (scheme: SignatureScheme, key: SigningKey)?,
        outboxID: OutboxID = .automatic,
        maxLength: UInt64? = nil,
        allowsNewlines: Bool = false,
        schema: MessageSchema? = nil,
        acceptsUnsigned: Bool = false
    ) {
        self.stream = stream
        self.signing = signing
        self.outboxID = outboxID
        self.maxLength = maxLength
        self.allowsNewlines = allowsNewlines
        self.schema = schema
        self.acceptsUnsigned = acceptsUnsigned
    }
}

/// Turns messages into XADD commands: gives each its id, checks it, signs it, and encodes it, without allocating
/// anything for each of them.
package struct EntryEncoder {
    private let rules: PublishRules
    private let signer: Signer?
    private let key: [UInt8]
    /// What stands before the fields of every entry, encoded, and how many arguments that is.
    private let preamble: (bytes: [UInt8], count: Int)
    private var identifiers = OutboxIDGenerator()
    private var schema: SchemaCheck?
    /// The order of the fields as they were given, and as they are signed: each remembers the names it sorted last.
    private var givenOrder = FieldOrder()
    private var signedOrder = FieldOrder()
    private var canonicalForm = CanonicalForm()

    /// An encoder for one stream.
    package init(_ rules: PublishRules) throws(CryptographyError) {
        self.rules = rules
        signer = try rules.signing.map { signing throws(CryptographyError) in try Signer(key: signing.key) }
        key = rules.stream.key
        preamble = Self.preamble(rules)
        schema = rules.schema.map(SchemaCheck.init)
    }

    /// Appends the command that publishes `message`; the message gets its `outbox_id` and its signature as fields.
    ///
    /// `XADD key NOMKSTREAM [MAXLEN ~ n] * field value …`: a stream that does not exist is not created.
    package mutating func append(_ message: inout Message, to output: inout CommandEncoder) throws(PublishError) {
        do { try message.check(allowingNewlines: rules.allowsNewlines, order: &givenOrder) } catch {
            throw .message(error)
        }
        try identify(&message)
        do { try schema?.check(message) } catch { throw .schema(error) }
        try sign(&message)
        encode(message, to: &output)
    }

    /// Appends the command that publishes the message of a row of an outbox, which has its `outbox_id`. What no service would
    /// refuse is not refused here, `sig` included, but what leaves open what was signed; a `_sig` gives way to a new one.
    package mutating func append(ofRow message: inout Message, to output: inout CommandEncoder) throws(PublishError) {
        if signer != nil {
            message.remove(FieldName.signature)
            if !rules.allowsNewlines {
                do { try message.checkAmbiguity() } catch { throw .message(error) }
            }
            try sign(&message)
        }
        encode(message, to: &output)
    }

    /// Appends the command that publishes an entry which was signed before, just as it is.
    mutating func append(_ entry: SentEntry, to output: inout CommandEncoder) {
        encode(Message(entry.fields), to: &output)
    }

    /// Appends the command that publishes what a line holds: a message, or one that was signed before, as it is. That one gets its
    /// `outbox_id` too where no signature covers it, as the one over `data` does not: a lost reply is made up for by it.
    mutating func append(_ line: inout PublishedLine, to output: inout CommandEncoder) throws(PublishError) {
        guard line.isWhole else { return try append(&line.message, to: &output) }
        if line.message.lastIndex(of: FieldName.signature) == nil { try identify(&line.message) }
        encode(line.message, to: &output)
    }

    /// What the signature of the message encoded last covers; empty when messages are not signed.
    func signedBytes(of message: Message) -> [UInt8] {
        switch rules.signing?.scheme {
        case .fields: Array(canonicalForm.bytes[canonicalForm.range])
        case .audit: message.lastIndex(of: FieldName.data).map { Array(message.value(at: $0)) } ?? []
        case nil: []
        }
    }

    /// The signature of the message encoded last, in hexadecimal; empty when messages are not signed.
    func signature(of message: Message) -> [UInt8] {
        let index = rules.signing.flatMap { message.lastIndex(of: $0.scheme.fieldName) }
        return index.map { Array(message.value(at: $0)) } ?? []
    }

    private mutating func identify(_ message: inout Message) throws(PublishError) {
        guard message.lastIndex(of: FieldName.outboxID) == nil else {
            if case .given = rules.outboxID { throw .message(.repeatedField(FieldName.outboxID)) }
            return
        }
        switch rules.outboxID {
        case .none: return
        case .given(let id): message.append(name: FieldName.outboxID, value: id)
        case .automatic, .new:
            do { try message.appendOutboxID(from: &identifiers) } catch { throw .identification(error) }
        }
    }

    private mutating func sign(_ message: inout Message) throws(PublishError) {
        guard let signer, let scheme = rules.signing?.scheme else { return }
        let signature: Signature
        switch scheme {
        case .fields:
            writeForm(of: message)
            signature = try Self.sign(canonicalForm.bytes, canonicalForm.range, with: signer)
        case .audit:
            guard let data = message.lastIndex(of: FieldName.data) else { throw .schema(.missing(field: "data")) }
            signature = try Self.sign(message.bytes, message.fields[data].value, with: signer)
        }
        message.append(signature, of: scheme)
    }

    private mutating func writeForm(of message: Message) {
        signedOrder.sort(message.fields, in: message.bytes)
        canonicalForm.write(stream: key, message.fields, in: message.bytes, order: signedOrder)
    }

    private static func sign(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        with signer: Signer
    ) throws(PublishError) -> Signature {
        do { return try signer.sign(bytes, range) } catch { throw .signing(error) }
    }

    private func encode(_ message: Message, to output: inout CommandEncoder) {
        output.begin(argumentCount: preamble.count + 2 * message.fields.count)
        output.append(encoded: preamble.bytes.span)
        let bytes = message.bytes.span
        for field in message.fields {
            output.append(argument: bytes.extracting(field.name))
            output.append(argument: bytes.extracting(field.value))
        }
    }

    /// `XADD key NOMKSTREAM [MAXLEN ~ n] *`
    private static func preamble(_ rules: PublishRules) -> (bytes: [UInt8], count: Int) {
        let bound = rules.maxLength.map { ["MAXLEN", "~", String($0)] } ?? []
        let words = ["NOMKSTREAM"] + bound + ["*"]
        var output = CommandEncoder()
        output.append(argument: "XADD")
        output.append(argument: rules.stream.key)
        for word in words { output.append(argument: word.utf8) }
        return (output.bytes, words.count + 2)
    }
}

/// What would be sent for one message.
package struct EntryPreview: Sendable, Equatable {
    /// The bytes that the signature covers; empty for an unsigned message.
    package let signedBytes: [UInt8]
    /// The signature in hexadecimal; empty for an unsigned message.
    package let signature: [UInt8]
    /// The whole command.
    package let command: Command
    /// The fields that would be sent, in their order.
    package let message: Message
}

extension EntryEncoder {
    /// Checks, signs and encodes a message, and sends nothing.
    package mutating func preview(_ message: Message) throws(PublishError) -> EntryPreview {
        try preview(PublishedLine(message: message))
    }

    /// The same of what a line holds.
    package mutating func preview(_ line: PublishedLine) throws(PublishError) -> EntryPreview {
        var line = line
        var output = CommandEncoder()
        try append(&line, to: &output)
        if line.isWhole { writeForm(of: line.message) }
        return EntryPreview(
            signedBytes: signedBytes(of: line.message),
            signature: signature(of: line.message),
            command: Command(frame: output.bytes[...]),
            message: line.message
        )
    }
}
