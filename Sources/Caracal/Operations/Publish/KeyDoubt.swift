import Redis
import Text

/// That the key here is likely another than that of the services, by the signatures of one stream.
///
/// Where few hold, a publisher may have another key, or it is the key here that is another: of before a change, or of other services. One
/// that holds makes the key no right one, since what was signed before a change stays in the stream. The other streams tell: all of the
/// table share one key.
package struct KeyDoubt: Sendable, Equatable {
    /// The stream's key.
    package let stream: [UInt8]
    /// How many signatures hold.
    package let valid: UInt64
    /// How many do not.
    package let invalid: UInt64
    /// Whether most of the other streams do not hold either for the time in which these did not.
    package let failsElsewhere: Bool

    /// Nil where nothing speaks against the key.
    init?(_ stream: [UInt8], _ record: KeyRecord, _ elsewhere: KeyElsewhere) {
        guard elsewhere.isDoubtful(valid: record.valid, invalid: record.invalid) else { return nil }
        self.stream = stream
        (valid, invalid) = (record.valid, record.invalid)
        failsElsewhere = elsewhere == .fails
    }

    /// How many signatures were looked at.
    package var entries: UInt64 { valid + invalid }

    /// How many do not hold.
    package var share: TerminalText {
        let all = Words.count(entries, "signature", "signatures")
        guard valid > 0 else { return "none of \(all) is valid" }
        return "\(Words.number(invalid)) of \(all) \(invalid == 1 ? "is" : "are") not valid"
    }

    /// What speaks against the key, in a clause.
    package var evidence: TerminalText {
        let name = TerminalText(stream)
        let own: TerminalText =
            valid == 0
            ? "no signature in \(name) is valid"
            : "\(Words.number(invalid)) of \(Words.number(entries)) signatures in \(name) are not valid"
        return failsElsewhere ? "\(own), and those of other streams at that time are not either" : own
    }
}

/// How the signatures of one stream turn out under a key.
struct KeyRecord: Sendable, Equatable {
    /// How many hold.
    private(set) var valid: UInt64 = 0
    /// How many do not.
    private(set) var invalid: UInt64 = 0
    /// When the key did not hold: from the first to the last of the newest invalid ones that no valid one stands between. Nil where none is
    /// invalid.
    private(set) var time: ClosedRange<EntryID>?
    private var newest = EntryID.zero
    private var isOver = true

    /// Notes a signature.
    ///
    /// - Parameter id: of its entry. What is older than one that was noted is counted, and says nothing of the time.
    mutating func note(isValid: Bool, _ id: EntryID) {
        if isValid { valid += 1 } else { invalid += 1 }
        guard id > newest else { return }
        newest = id
        if !isValid { time = (isOver ? id : time?.lowerBound ?? id)...id }
        isOver = isValid
    }

    /// What the other streams say of the key for the time in which it did not hold on this one; two round trips where that is known.
    ///
    /// - Parameter scheme: what the consumers of the stream check; nil where that is not known.
    func elsewhere(
        than stream: [UInt8],
        _ scheme: SignatureScheme?,
        _ key: SigningKey?,
        on channel: any CommandChannel
    ) throws(RedisError) -> KeyElsewhere {
        // The audit scheme has a key of its own, and one stream.
        guard let time, let key, scheme != .audit else { return .unknown }
        return try KeyTrial.elsewhere(than: stream, during: time, key, on: channel)
    }
}

/// What other streams say of a key for the time in which it did not hold on one.
package enum KeyElsewhere: Sendable, Equatable {
    /// Most of their entries of that time were signed with it: it is this stream's publisher that has another.
    case holds
    /// Most were not: it is likely the key here that is another.
    case fails
    /// None of that time is signed.
    case unknown

    /// Whether the key is likely another than that of the services.
    ///
    /// - Parameters:
    ///   - valid: how many signatures of the stream hold.
    ///   - invalid: how many do not.
    func isDoubtful(valid: UInt64, invalid: UInt64) -> Bool {
        switch self {
        case .holds: false
        case .fails: invalid > 0
        case .unknown: invalid > valid
        }
    }
}
