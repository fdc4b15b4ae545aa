import RESP

/// What would be sent for one message.
package struct EntryPreview: Sendable, Equatable {
    /// The bytes that the signature covers; empty for an unsigned message.
    package let signedBytes: [UInt8]
    /// The signature in hexadecimal; empty for an unsigned message.
    package let signature: [UInt8]
    /// The whole command.
    package let command: Command
}

extension EntryEncoder {
    /// Checks, signs and encodes a message, and sends nothing.
    package mutating func preview(_ message: Message) throws(PublishRefusal) -> EntryPreview {
        var message = message
        var output = CommandEncoder()
        try append(&message, to: &output)
        return EntryPreview(
            signedBytes: signedBytes(of: message),
            signature: signature(of: message),
            command: Command(frame: output.bytes[...])
        )
    }
}
