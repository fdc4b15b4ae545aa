import RESP
import Redis

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
    /// A run is as long as what one node holds: about 4 KiB, or one large entry. Whoever reads more at one place learns
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
