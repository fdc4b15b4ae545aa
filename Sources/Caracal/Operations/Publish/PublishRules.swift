/// How messages become entries of one stream.
package struct PublishRules {
    /// Which id a message gets in its field `outbox_id`, by which consumers tell a message delivered twice.
    package enum OutboxID: Sendable, Equatable {
        /// A new UUIDv7, unless the message brings one.
        case automatic
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

    /// Puts the rules together.
    package init(
        stream: StreamDefinition,
        signing: (scheme: SignatureScheme, key: SigningKey)?,
        outboxID: OutboxID = .automatic,
        maxLength: UInt64? = nil,
        allowsNewlines: Bool = false,
        schema: MessageSchema? = nil
    ) {
        self.stream = stream
        self.signing = signing
        self.outboxID = outboxID
        self.maxLength = maxLength
        self.allowsNewlines = allowsNewlines
        self.schema = schema
    }
}
