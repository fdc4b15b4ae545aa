import Redis

/// What an operator knows of a message that is to be followed.
package enum MessageName: Sendable, Equatable {
    /// The id of one of its entries.
    case entry(StreamPosition)
    /// The id that its producer gave it: `outbox_id`, or the `id` of an audit event. A UUIDv7 names the millisecond it was made in.
    case produced([UInt8], milliseconds: UInt64?)
    /// What is in it.
    case content(MessageSelector)

    /// The millisecond that a UUIDv7 names; nil for any other text.
    package static func milliseconds(ofUUID text: some Collection<UInt8>) -> UInt64? {
        let text = Array(text)
        guard text.count == 36 else { return nil }
        var time: UInt64 = 0
        for (place, byte) in text.enumerated() {
            if [8, 13, 18, 23].contains(place) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = HexText.digit(byte) else { return nil }
            if place < 13 { time = time << 4 | UInt64(digit) }
        }
        return text[14] == UInt8(ascii: "7") ? time : nil
    }
}
