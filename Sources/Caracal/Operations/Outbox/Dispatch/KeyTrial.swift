import Redis
import Text

/// Tries a signing key on the newest entries of streams: what is signed with another key than the services' is skipped by every
/// consumer.
///
/// Streams of the provisioning table share one key, so the others tell of a stream that holds nothing signed.
struct KeyTrial {
    /// What the newest entries of one stream come to.
    private struct Sample {
        /// How many are signed by the scheme of fields (`_sig`).
        var signed: UInt64 = 0
        /// Of these, how many were signed with the key.
        var fitting: UInt64 = 0
    }

    private let keys: SignatureKeys
    private var samples: [[UInt8]: Sample] = [:]

    init(_ key: SigningKey) { keys = SignatureKeys(fields: key) }

    /// Looks at a stream and at those of the table, each once: `XINFO STREAM`, then `XREVRANGE` of what has entries. What a server
    /// refuses to tell is left out.
    mutating func look(at stream: [UInt8], on channel: any CommandChannel) throws(DispatchStop) {
        let table = OutboxTable.allCases.flatMap(\.streams).map(\.key)
        let unseen = (table + (table.contains(stream) ? [] : [stream])).filter { samples[$0] == nil }
        guard !unseen.isEmpty else { return }
        for stream in unseen { samples[stream] = Sample() }
        do {
            let infos = unseen.map { XInfoStream(key: $0) }
            let found = try zip(infos, channel.pipeline(infos.map(\.command))).compactMap { request, reply in
                try channel.read(reply, of: request).value.map { (key: request.key, info: $0) }
            }
            let pages = found.filter { $0.info.length > 0 }.map { ServerLook.newest($0.key, $0.info) }
            guard !pages.isEmpty else { return }
            var verifier = try SignatureVerifier(keys: keys)
            for (page, reply) in zip(pages, try channel.pipeline(pages.map(\.command))) {
                guard case .success(let entries) = try channel.read(reply, of: page) else { continue }
                samples[page.key] = try Self.sample(entries, of: page.key, on: channel, &verifier)
            }
        } catch let error as RedisError {
            throw DispatchStop(error)
        } catch let error as CryptographyError {
            throw .cryptography(error)
        } catch {
            return
        }
    }

    private static func sample(
        _ entries: EntryReader,
        of stream: [UInt8],
        on channel: any CommandChannel,
        _ verifier: inout SignatureVerifier
    ) throws -> Sample {
        var (sample, entries) = (Sample(), entries)
        while try entries.advance(on: channel) {
            let verdict = try verifier.verify(stream: stream, entries.fields, in: entries.bytes)
            // On the audit events it is the second signature: the first one has another key.
            let outcome = verdict.scheme == .fields ? verdict.outcome : verdict.other?.outcome
            switch outcome {
            case .valid?:
                sample.signed += 1
                sample.fitting += 1
            case .invalid?: sample.signed += 1
            case .unsigned?, .unchecked?, nil: continue
            }
        }
        return sample
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
            if own.fitting == own.signed { return .fits }
            // A publisher may have had another key for this stream alone: it is not ours that is wrong then.
            return own.fitting > 0 || isRightElsewhere
                ? .fitsSome(own.fitting, of: own.signed) : .fitsNone(of: own.signed)
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
    /// None of `read`, nor most of those of the other streams.
    case fitsNone(of: UInt64)
    /// It has none, and only some of those of the other streams were.
    case fitsFewElsewhere(UInt64, of: UInt64)
    /// No stream has a signed entry, or nothing is to be signed.
    case untold

    /// Whether it is likely another key than the one that the consumers have.
    var isOfAnother: Bool {
        switch self {
        case .fitsNone, .fitsFewElsewhere: true
        case .fits, .fitsSome, .untold: false
        }
    }
}
