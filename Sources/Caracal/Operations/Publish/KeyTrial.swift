import Redis
import Text

/// Tries a signing key on the newest entries of streams: what is signed with another key than the services' is skipped by every
/// consumer.
///
/// Streams of the provisioning table share one key, so the others tell of a stream that holds nothing signed.
struct KeyTrial {
    /// What the newest entries of one stream come to.
    private struct Sample {
        /// How many are signed by the scheme that is tried.
        var signed: UInt64 = 0
        /// Of these, how many were signed with the key.
        var fitting: UInt64 = 0

        /// Notes the entries of a stream that were signed by a scheme.
        ///
        /// - Parameter time: those that are meant; nil for all.
        mutating func note(
            _ entries: consuming EntryReader,
            of stream: [UInt8],
            _ scheme: SignatureScheme,
            during time: ClosedRange<EntryID>? = nil,
            on channel: any CommandChannel,
            _ verifier: inout SignatureVerifier
        ) throws {
            while try entries.advance(on: channel) {
                if let time, let id = entries.id, !time.contains(id) { continue }
                let verdict = try verifier.verify(stream: stream, entries.fields, in: entries.bytes)
                // An audit event has a second signature, with another key.
                let outcome = verdict.scheme == scheme ? verdict.outcome : verdict.other?.outcome
                switch outcome {
                case .valid?:
                    signed += 1
                    fitting += 1
                case .invalid?: signed += 1
                case .unsigned?, .unchecked?, nil: continue
                }
            }
        }

        /// What it says of the key.
        var verdict: KeyVerdict {
            if signed == 0 { return .untold }
            if fitting == signed { return .fits }
            return fitting > 0 ? .fitsSome(fitting, of: signed) : .fitsNone(of: signed)
        }
    }

    private let keys: SignatureKeys
    private var samples: [[UInt8]: Sample] = [:]

    init(_ key: SigningKey) { keys = SignatureKeys(fields: key) }

    /// The streams that share one key.
    private static let table = OutboxTable.allCases.flatMap(\.streams).map(\.key)

    /// Looks at a stream and at those of the table, each once: `XINFO STREAM`, then `XREVRANGE` of what has entries. What a server
    /// refuses to tell is left out; a look that was cut off does not count, and the next one asks again.
    mutating func look(at stream: [UInt8], on channel: any CommandChannel) throws(DispatchStop) {
        let table = Self.table
        let unseen = (table + (table.contains(stream) ? [] : [stream])).filter { samples[$0] == nil }
        guard !unseen.isEmpty else { return }
        var seen = unseen.reduce(into: [:]) { $0[$1] = Sample() }
        do {
            let infos = unseen.map { XInfoStream(key: $0) }
            let found = try zip(infos, channel.pipeline(infos.map(\.command))).compactMap { request, reply in
                try channel.read(reply, of: request).value.map { (key: request.key, info: $0) }
            }
            let pages = found.filter { $0.info.length > 0 }.map { ServerLook.newest($0.key, $0.info) }
            var verifier = try SignatureVerifier(keys: keys)
            for (page, reply) in zip(pages, pages.isEmpty ? [] : try channel.pipeline(pages.map(\.command))) {
                guard case .success(let entries) = try channel.read(reply, of: page) else { continue }
                try seen[page.key, default: Sample()].note(entries, of: page.key, .fields, on: channel, &verifier)
            }
        } catch let error as RedisError {
            throw DispatchStop(error)
        } catch let error as CryptographyError {
            throw .cryptography(error)
        } catch {
            return
        }
        samples.merge(seen) { $1 }
    }

    /// Asks for as many of the newest entries of one stream as their size allows, along with the look at it; nil where that is no
    /// more than the one which the look brings.
    static func newest(_ info: XInfoStream, on channel: any CommandChannel) throws(RedisError) -> XRevRange? {
        let seen = try channel.read(channel.pipeline([info.command])[0], of: info).value
        let request = ServerLook.newest(info.key, seen)
        return request.count > 1 ? request : nil
    }

    /// Tries a key on the newest entries of one stream, which came with the look at it: nothing more is asked.
    ///
    /// - Parameters:
    ///   - newest: the entries; nil in an empty stream.
    ///   - scheme: the one to sign by, of whose key it is.
    static func verdict(
        _ newest: EntryReader?,
        of stream: [UInt8],
        _ scheme: SignatureScheme,
        _ keys: SignatureKeys,
        on channel: any CommandChannel
    ) throws(RedisError) -> KeyVerdict {
        guard let newest else { return .untold }
        do {
            var (sample, verifier) = (Sample(), try SignatureVerifier(keys: keys))
            try sample.note(newest, of: stream, scheme, on: channel, &verifier)
            return sample.verdict
        } catch let error as RedisError {
            throw error
        } catch {
            // Signing fails of the same, and says so.
            return .untold
        }
    }

    /// What the entries of other streams say of a key of the fields scheme for the time in which it did not hold on one: the newest of that
    /// time are read, in two round trips. What a server refuses to tell is left out.
    static func elsewhere(
        than stream: [UInt8],
        during time: ClosedRange<EntryID>,
        _ key: SigningKey,
        on channel: any CommandChannel
    ) throws(RedisError) -> KeyElsewhere {
        let infos = table.filter { $0 != stream }.map { XInfoStream(key: $0) }
        var requests: [XRevRange] = []
        for (info, reply) in zip(infos, try channel.pipeline(infos.map(\.command))) {
            guard let seen = try channel.read(reply, of: info).value, seen.length > 0 else { continue }
            let count = ServerLook.newest(info.key, seen).count
            requests.append(XRevRange(key: info.key, first: time.lowerBound, last: time.upperBound, count: count))
        }
        var pages: [(key: [UInt8], entries: EntryReader)] = []
        for (request, reply) in zip(requests, requests.isEmpty ? [] : try channel.pipeline(requests.map(\.command))) {
            if let entries = try channel.read(reply, of: request).value { pages.append((request.key, entries)) }
        }
        return try elsewhere(than: stream, during: time, key, among: pages, on: channel)
    }

    /// The same, by entries that were read already.
    static func elsewhere(
        than stream: [UInt8],
        during time: ClosedRange<EntryID>,
        _ key: SigningKey,
        among pages: [(key: [UInt8], entries: EntryReader)],
        on channel: any CommandChannel
    ) throws(RedisError) -> KeyElsewhere {
        do {
            var (sample, verifier) = (Sample(), try SignatureVerifier(keys: SignatureKeys(fields: key)))
            for page in pages where page.key != stream && table.contains(page.key) {
                try sample.note(page.entries, of: page.key, .fields, during: time, on: channel, &verifier)
            }
            guard sample.signed > 0 else { return .untold }
            return sample.fitting > sample.signed - sample.fitting ? .holds : .fails
        } catch let error as RedisError {
            throw error
        } catch {
            // Signing fails of the same, and says so.
            return .untold
        }
    }

    /// What the samples say of the key where a stream is concerned.
    func verdict(on stream: [UInt8]) -> KeyVerdict {
        let own = samples[stream] ?? Sample()
        let others = samples.reduce(into: Sample()) { sum, sample in
            guard sample.key != stream else { return }
            sum.signed += sample.value.signed
            sum.fitting += sample.value.fitting
        }
        let isRightElsewhere = others.fitting > others.signed - others.fitting
        if own.signed > 0 {
            // A publisher may have had another key for this stream alone: it is not ours that is wrong then.
            if own.fitting == 0, isRightElsewhere { return .fitsSome(0, of: own.signed) }
            // One that was published with a wrong key does not make the wrong key a right one.
            let isOfFew = own.fitting > 0 && own.fitting < own.signed - own.fitting
            return isOfFew && !isRightElsewhere ? .fitsFew(own.fitting, of: own.signed) : own.verdict
        }
        if isRightElsewhere { return .fits }
        return others.signed > 0 ? .fitsFewElsewhere(others.fitting, of: others.signed) : .untold
    }
}

/// Whether a stream's newest signed entries were signed with the key that is set.
package enum KeyVerdict: Sendable, Equatable {
    /// All of them; or it has none, and most of those of the other streams.
    case fits
    /// `valid` of `read`; where it is none, most of those of the other streams were.
    case fitsSome(UInt64, of: UInt64)
    /// Fewer of `read` than do not fit, and not most of those of the other streams.
    case fitsFew(UInt64, of: UInt64)
    /// None of `read`, nor most of those of the other streams.
    case fitsNone(of: UInt64)
    /// It has none, and only some of those of the other streams were.
    case fitsFewElsewhere(UInt64, of: UInt64)
    /// No stream has a signed entry, or nothing is to be signed.
    case untold

    /// Whether it is likely another key than the one that the consumers have.
    var isOfAnother: Bool {
        switch self {
        case .fitsFew, .fitsNone, .fitsFewElsewhere: true
        case .fits, .fitsSome, .untold: false
        }
    }
}
