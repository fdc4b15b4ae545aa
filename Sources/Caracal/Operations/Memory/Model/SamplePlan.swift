import Redis
import RESP

/// Which entries of a stream to read so as to know how large its entries are: some at both ends, the rest at random
/// places. The cost does not grow with the stream.
package struct SamplePlan: Sendable, Equatable {
    /// The commands, the one at the old end first. Each replies with a run of neighbours.
    package let commands: [Command]
    /// Whether the last command reads backwards.
    package let endsReversed: Bool

    /// No more than about this many bytes are read of one stream, as far as its ends and its nodes tell.
    private static let byteLimit = 256 << 10
    /// One run costs the server about as much as several entries do.
    private static let mostRuns = 50

    /// Plans for a stream.
    ///
    /// A run is as long as what one node holds: about 4 KiB, or one large entry. Reading more at one place teaches
    /// little more, and may read very much.
    package init(
        _ info: StreamInfo?,
        key: [UInt8],
        samples: Int,
        using generator: inout some RandomNumberGenerator
    ) {
        guard let info, let first = info.firstID, let last = info.lastID, info.length > 0, samples > 0 else {
            (commands, endsReversed) = ([], false)
            return
        }
        let length = Int(clamping: info.length)
        let run = min(samples, max(1, length.dividedRoundingUp(by: Self.nodes(info))))
        let affordable = max(3, Self.byteLimit / run / max(1, info.endBytes))
        let runs = min(samples / run, affordable, Self.mostRuns)
        if runs < 2 || length <= run * runs {
            commands = [XRange(key: key, first: first, last: last, count: min(length, max(run, run * runs))).command]
            endsReversed = false
            return
        }
        let places = Places(first: first, last: last, entries: info.length)
        let starts = (2..<runs).map { places.pick($0 - 2, of: runs - 2, using: &generator) }
        commands =
            ([first] + starts).map { XRange(key: key, first: $0, last: last, count: run).command }
            + [XRevRange(key: key, count: run).command]
        endsReversed = true
    }

    private static func nodes(_ info: StreamInfo) -> Int {
        let guess = info.length / StreamTable.nodeEntries
        return max(1, Int(clamping: info.nodes ?? guess))
    }
}

extension Int {
    fileprivate func dividedRoundingUp(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder > 0 ? quotient + 1 : quotient
    }
}

/// Random places in a stream, by id: no command finds an entry by its number.
private struct Places {
    private let first: EntryID
    private let last: EntryID
    /// Ids that share a millisecond, on average: a burst has many, and all its entries are to have their chance.
    private let perMillisecond: UInt64

    init(first: EntryID, last: EntryID, entries: UInt64) {
        self.first = first
        self.last = last
        let milliseconds = last.milliseconds - min(first.milliseconds, last.milliseconds)
        perMillisecond = entries / max(1, milliseconds)
    }

    /// A place in one of `count` equal stretches, so that no part of the stream is left out.
    func pick(_ index: Int, of count: Int, using generator: inout some RandomNumberGenerator) -> EntryID {
        let share = (Double(index) + Double.random(in: 0..<1, using: &generator)) / Double(count)
        guard first.milliseconds < last.milliseconds else {
            let sequence = Self.between(first.sequence, last.sequence, share)
            return EntryID(milliseconds: first.milliseconds, sequence: sequence)
        }
        let milliseconds = Self.between(first.milliseconds, last.milliseconds, share)
        let sequence = UInt64.random(in: 0...perMillisecond, using: &generator)
        return max(first, EntryID(milliseconds: milliseconds, sequence: sequence))
    }

    private static func between(_ low: UInt64, _ high: UInt64, _ share: Double) -> UInt64 {
        guard low < high else { return low }
        return low + min(high - low, UInt64(exactly: (Double(high - low) * share).rounded(.down)) ?? 0)
    }
}

/// How many of the entries to be read come from each stream.
///
/// A stream that is or may become long counts for more, by the square root: its bytes matter most, and a short one
/// still has to be known well enough.
enum SampleShare {
    /// No stream with entries gets less, so that a few nodes of it are seen.
    private static let least = 16

    /// The share of each stream, in order; 0 for those without entries.
    static func of(_ streams: [ObservedStream], total: Int) -> [Int] {
        let weights = streams.map(weight)
        let sum = weights.reduce(0, +)
        return weights.map { $0 > 0 ? max(min(least, total), Int((Double(total) * $0 / sum).rounded())) : 0 }
    }

    private static func weight(_ stream: ObservedStream) -> Double {
        guard let length = stream.state.info?.length, length > 0 else { return 0 }
        return Double(max(length, stream.definition.bound ?? 0)).squareRoot()
    }
}
