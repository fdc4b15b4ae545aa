import RESP
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
        /// Why no more than the newest entry was read, or none; nil where that was all there was to read.
        var refusal: Refusal?

        /// Notes the entries of a stream that were signed by a scheme.
        mutating func note(
            _ entries: consuming EntryReader,
            of stream: [UInt8],
            _ scheme: SignatureScheme,
            on channel: any CommandChannel,
            _ verifier: inout SignatureVerifier
        ) throws {
            while try entries.advance(on: channel) {
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

        /// What it says of the key, if it is that of a stream.
        func verdict(on stream: [UInt8]) -> KeyVerdict {
            if signed == 0 { return refusal.map { .refused($0, on: stream) } ?? .unknown }
            if fitting == signed { return .fits }
            return fitting > 0 ? .fitsSome(fitting, of: signed) : .fitsNone(of: signed)
        }
    }

    private let keys: SignatureKeys
    private var samples: [[UInt8]: Sample] = [:]

    init(_ key: SigningKey) { keys = SignatureKeys(fields: key) }

    /// The streams that share one key.
    private static let table = OutboxTable.allCases.flatMap(\.streams).map(\.key)

    /// Forgets what was seen: entries have come since, or the key was changed.
    mutating func forget() { samples = [:] }

    /// Looks at a stream and at those of the table, each once: `XINFO STREAM`, then `XREVRANGE` of what has entries. Where the
    /// server refuses that, the newest entry is tried, which XINFO brings; where it refuses XINFO, none is, and that is noted. A look
    /// that was cut off does not count, and the next one asks again.
    ///
    /// - Parameter stream: nil for those of the table alone.
    mutating func look(at stream: [UInt8]?, on channel: any CommandChannel) throws(DispatchEnding) {
        let table = Self.table
        let own = stream.flatMap { table.contains($0) ? nil : $0 }.map { [$0] } ?? []
        let unseen = (table + own).filter { samples[$0] == nil }
        guard !unseen.isEmpty else { return }
        var seen = unseen.reduce(into: [:]) { $0[$1] = Sample() }
        do {
            let infos = unseen.map { XInfoStream(key: $0) }
            var found: [(key: [UInt8], info: StreamInfo, newest: EntryReader?)] = []
            for (request, reply) in zip(infos, try channel.pipeline(infos.map(\.command))) {
                switch try channel.read(reply, of: request) {
                case .success(let info):
                    if info.length > 0 { found.append((request.key, info, request.newest(reply.root))) }
                case .failure(let refusal):
                    if !refusal.isNoSuchKey { seen[request.key]?.refusal = refusal }
                }
            }
            let pages = found.map { ServerLook.newest($0.key, $0.info) }
            let replies = pages.isEmpty ? [] : try channel.pipeline(pages.map(\.command))
            var verifier = try SignatureVerifier(keys: keys)
            for ((look, page), reply) in zip(zip(found, pages), replies) {
                var sample = Sample()
                let entries: EntryReader?
                switch try channel.read(reply, of: page) {
                case .success(let read): entries = read
                case .failure(let refusal): (entries, sample.refusal) = (look.newest, refusal)
                }
                if let entries { try sample.note(entries, of: page.key, .fields, on: channel, &verifier) }
                seen[page.key] = sample
            }
        } catch let error as RedisError {
            throw DispatchEnding(error)
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
    ///   - refusal: why they are no more than the newest one; nil where the server refused nothing.
    ///   - scheme: the one to sign by, of whose key it is.
    static func verdict(
        _ newest: EntryReader?,
        _ refusal: Refusal?,
        of stream: [UInt8],
        _ scheme: SignatureScheme,
        _ keys: SignatureKeys,
        on channel: any CommandChannel
    ) throws(RedisError) -> KeyVerdict {
        guard let newest else { return .unknown }
        do {
            var (sample, verifier) = (Sample(refusal: refusal), try SignatureVerifier(keys: keys))
            try sample.note(newest, of: stream, scheme, on: channel, &verifier)
            return sample.verdict(on: stream)
        } catch let error as RedisError {
            throw error
        } catch {
            // Signing fails of the same, and says so.
            return .unknown
        }
    }

    /// What the entries of other streams say of a key of the fields scheme for the time in which it did not hold on one: the newest of that
    /// time are read, in two round trips. What a server refuses to tell is left out, and named where nothing else is known.
    static func elsewhere(
        than stream: [UInt8],
        during time: ClosedRange<EntryID>,
        _ key: SigningKey,
        on channel: any CommandChannel
    ) throws(RedisError) -> KeyElsewhere {
        let infos = table.filter { $0 != stream }.map { XInfoStream(key: $0) }
        var requests: [XRevRange] = []
        var problem: KeyTrialProblem?
        for (info, reply) in zip(infos, try channel.pipeline(infos.map(\.command))) {
            let seen: StreamInfo
            switch try channel.read(reply, of: info) {
            case .success(let read): seen = read
            case .failure(let refusal):
                if !refusal.isNoSuchKey { problem = problem ?? .refused(refusal, on: info.key) }
                continue
            }
            guard seen.length > 0 else { continue }
            let count = ServerLook.newest(info.key, seen).count
            requests.append(XRevRange(key: info.key, first: time.lowerBound, last: time.upperBound, count: count))
        }
        var pages: [(key: [UInt8], entries: EntryReader)] = []
        for (request, reply) in zip(requests, requests.isEmpty ? [] : try channel.pipeline(requests.map(\.command))) {
            switch try channel.read(reply, of: request) {
            case .success(let entries): pages.append((request.key, entries))
            case .failure(let refusal): problem = problem ?? .refused(refusal, on: request.key)
            }
        }
        do {
            var (sample, verifier) = (Sample(), try SignatureVerifier(keys: SignatureKeys(fields: key)))
            for page in pages {
                try sample.note(page.entries, of: page.key, .fields, on: channel, &verifier)
            }
            guard sample.signed > 0 else { return .unknown(problem) }
            return sample.fitting > sample.signed - sample.fitting ? .holds : .fails
        } catch let error as RedisError {
            throw error
        } catch {
            // Signing fails of the same, and says so.
            return .unknown(nil)
        }
    }

    /// What the samples say of the key where a stream is concerned.
    ///
    /// - Parameter stream: nil for none, which has all of them tell what those of others tell.
    func verdict(on stream: [UInt8]?) -> KeyVerdict {
        let own = stream.flatMap { samples[$0] } ?? Sample()
        let others = samples.reduce(into: Sample()) { sum, sample in
            guard sample.key != stream else { return }
            sum.signed += sample.value.signed
            sum.fitting += sample.value.fitting
        }
        let isRightElsewhere = others.fitting > others.signed - others.fitting
        if let stream, own.signed > 0 {
            // A publisher may have had another key for this stream alone: it is not ours that is wrong then.
            if own.fitting == 0, isRightElsewhere { return .fitsSome(0, of: own.signed) }
            // One that was published with a wrong key does not make the wrong key a right one.
            let isOfFew = own.fitting > 0 && own.fitting < own.signed - own.fitting
            return isOfFew && !isRightElsewhere ? .fitsFew(own.fitting, of: own.signed) : own.verdict(on: stream)
        }
        if isRightElsewhere { return .fits }
        if others.signed > 0 { return .fitsFewElsewhere(others.fitting, of: others.signed) }
        // Its own first, then as the table has them.
        for key in (stream.map { [$0] } ?? []) + Self.table + samples.keys {
            if let refusal = samples[key]?.refusal { return .refused(refusal, on: key) }
        }
        return .unknown
    }
}

/// Why it is not known what other streams say of a key.
package enum KeyTrialProblem: Sendable, Equatable {
    /// The server refused to show one of them, by its key.
    case refused(Refusal, on: [UInt8])
    /// The look at them failed.
    case failed(RedisError)

    /// It in a clause.
    package var text: TerminalText {
        switch self {
        case .refused(let refusal, let stream):
            "the key could not be tried on \(TerminalText(stream)): \(refusal.reason)"
        case .failed(let error):
            "the key could not be tried on other streams: \(error.refusal?.reason ?? "looking at \(error.target) failed")"
        }
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
    /// No signed entry was seen, and of a stream, which is named, the newest one could be tried at most.
    case refused(Refusal, on: [UInt8])
    /// No stream has a signed entry, or nothing is to be signed.
    case unknown

    /// Whether it is likely another key than the one that the consumers have.
    var isOfAnother: Bool {
        switch self {
        case .fitsFew, .fitsNone, .fitsFewElsewhere: true
        case .fits, .fitsSome, .refused, .unknown: false
        }
    }
}
