import Redis
import Text

/// Who can take over what other consumers of a group hold: those that are neither stuck nor gone, the one that was heard of last first.
///
/// Before Redis 7.2 a consumer of a quiet stream is not heard of either: there the one that was heard of last may be long silent.
package struct Successors: Sendable, Equatable {
    /// The consumers.
    package let consumers: [ConsumerInfo]
    private let claimIdle: UInt64

    /// Chooses among the consumers of a group.
    ///
    /// - Parameter claimIdle: the idle time after which others may claim an entry, in milliseconds.
    init(of standings: [ConsumerStanding], claimIdle: UInt64) {
        // A name that is no text cannot be given as an argument, and an empty one is taken for a forgotten one.
        let fit = standings.filter {
            ($0.state == .active || $0.state == .unknown) && !$0.info.name.isEmpty && ShellWord.canGive($0.info.name)
        }
        consumers = fit.map(\.info).sorted { $0.idle < $1.idle }
        self.claimIdle = claimIdle
    }

    /// The same, by the oldest entries that are pending: of a consumer that holds others nobody knows for how long.
    init(of consumers: [ConsumerInfo], holding oldest: [PendingEntry], claimIdle: UInt64) {
        let standings = consumers.map { consumer in
            let own = oldest.filter { $0.consumer == consumer.name }
            return ConsumerStanding(
                consumer,
                held: own.compactMap(\.idle).max(),
                isWhole: UInt64(own.count) >= consumer.pending,
                claimIdle: claimIdle
            )
        }
        self.init(of: standings, claimIdle: claimIdle)
    }

    /// Whether a consumer was heard of so lately that it can be counted on.
    func isHeard(_ consumer: ConsumerInfo) -> Bool { consumer.isHeardOf(claimIdle) }

    /// How many are named in a sentence.
    private static let named = 3

    /// The first of them by name, each with how long ago it was heard of: `a (1 s ago), b (2 s ago)`; nil where there is none.
    package var text: TerminalText? {
        guard !consumers.isEmpty else { return nil }
        let names: [TerminalText] = consumers.prefix(Self.named).map {
            "\($0.name) (\(Words.time($0.idle)) ago)"
        }
        let rest = consumers.count - names.count
        return names.joined(separator: ", ") + (rest > 0 ? " and \(Words.number(rest)) more" : "")
    }
}
