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
    /// Of these, how many came since the last that holds.
    private let latest: UInt64
    /// What the other streams say of the key for the time in which these did not hold.
    private let elsewhere: KeyElsewhere

    /// Nil where nothing speaks against the key.
    init?(_ stream: [UInt8], _ record: KeyRecord, _ elsewhere: KeyElsewhere) {
        guard elsewhere.isDoubtful(valid: record.valid, invalid: record.invalid, latest: record.latest) else {
            return nil
        }
        self.stream = stream
        (valid, invalid, latest) = (record.valid, record.invalid, record.latest)
        self.elsewhere = elsewhere
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
        switch elsewhere {
        case .holds: return own
        case .fails: return "\(own), and at least half of those of other streams at that time are not either"
        case .unknown(let problem):
            // Where most hold it is that the others came last.
            let newest: TerminalText = invalid > valid ? "" : ", the newest \(Words.number(latest)) among them"
            return "\(own)\(newest)\(problem.map { " (\($0.text))" } ?? "")"
        }
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
    /// How many of those came that do not hold since the last that holds.
    private(set) var latest: UInt64 = 0
    private var newest = EntryID.zero

    /// Notes a signature.
    ///
    /// - Parameter id: of its entry. What is older than one that was noted is counted, and says nothing of the time.
    mutating func note(isValid: Bool, _ id: EntryID) {
        if isValid { valid += 1 } else { invalid += 1 }
        guard id > newest else { return }
        newest = id
        guard !isValid else { return latest = 0 }
        time = (latest == 0 ? id : time?.lowerBound ?? id)...id
        latest += 1
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
        guard let time, let key, scheme != .audit else { return .unknown(nil) }
        return try KeyTrial.elsewhere(than: stream, during: time, key, on: channel)
    }
}

/// What other streams say of a key for the time in which it did not hold on one.
package enum KeyElsewhere: Sendable, Equatable {
    /// Most of their entries of that time were signed with it: it is this stream's publisher that has another.
    case holds
    /// Most were not: it is likely the key here that is another.
    case fails
    /// None of that time is signed; or why that is not known.
    case unknown(KeyTrialProblem?)

    /// From how many on invalid ones are more likely one publisher's than forged one by one.
    package static let many: UInt64 = 5

    /// What a look found. Where it fails, that is not known: the look is no reason to end what was to be done, but for a signal.
    init(_ look: () throws(RedisError) -> KeyElsewhere) throws(RedisError) {
        do throws(RedisError) { self = try look() } catch {
            guard error.signal == nil else { throw error }
            self = .unknown(.failed(error))
        }
    }

    /// Whether the key is likely another than that of the services.
    ///
    /// - Parameters:
    ///   - valid: how many signatures of the stream hold.
    ///   - invalid: how many do not.
    ///   - latest: how many of these came since the last that holds.
    func isDoubtful(valid: UInt64, invalid: UInt64, latest: UInt64) -> Bool {
        switch self {
        case .holds: false
        case .fails: invalid > 0
        // The services may have another key since then, and only this stream had traffic: however many are of before, what came since is
        // good. A question is a smaller evil than revocations that are published twice.
        case .unknown: invalid > valid || latest >= Self.many
        }
    }
}
