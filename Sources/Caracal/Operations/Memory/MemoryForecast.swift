import Redis
import Text

/// Whether everything fits once each stream is filled to its bound, and when the server is full.
package struct MemoryForecast: Sendable, Equatable {
    /// A stream that could not be measured, and why.
    package struct UnknownStream: Sendable, Equatable {
        /// The stream's key.
        package let stream: String
        /// Why, in a few words.
        package let reason: TerminalText
        /// Whether the sums have what it takes now, as the server tells it.
        package let isCounted: Bool
    }

    /// When memory runs out.
    package enum Ending: Sendable, Equatable {
        /// Nothing was measured, or something that grows has no known size, or there is no known limit.
        case unknown
        /// At this rate it never does: what grows reaches its bound first.
        case never
        /// In this many milliseconds.
        case after(milliseconds: UInt64)
    }

    /// All streams, each filled to its bound; those without a bound, and those over it, as they are. Nil when no stream's size
    /// is known though some hold entries.
    package let bytesAtBounds: UInt64?
    /// What the streams do not take: the server itself, other keys, buffers. Nil when unknown.
    package let otherBytes: UInt64?
    /// Both together and the headroom; nil when unknown.
    package let neededBytes: UInt64?
    /// Streams with a bound of which the size at it is unknown, so that the sums are too small by them.
    package let unmeasured: [String]
    /// Those among them, and among the streams without a bound, that hold something or may, and why it was not measured.
    package let unknownStreams: [UnknownStream]
    /// Streams that hold entries, whose present size is known and that at their bound is not, and why: the sums have what they take now.
    package let unforeseen: [UnknownStream]
    /// Whether that fits into `maxmemory`; nil when unknown, and when there is no limit.
    package let fits: Bool?
    /// The largest bound for each stream with which everything would fit, the others at theirs; none where it is not known what another
    /// takes at its own.
    package let largestBounds: [String: UInt64]
    /// When memory runs out.
    package let end: Ending

    init(_ streams: [StreamMemory], _ server: ServerMemory, headroom: Double, growth: Growth?) {
        unmeasured = streams.filter(\.isUnmeasured).map(\.observed.definition.name)
        unknownStreams = streams.compactMap { stream in
            stream.unknownReason.map {
                UnknownStream(stream: stream.observed.definition.name, reason: $0, isCounted: stream.bytes != nil)
            }
        }
        unforeseen = streams.compactMap { stream in
            guard stream.unknownReason == nil else { return nil }
            return stream.unknownBoundReason.map {
                UnknownStream(stream: stream.observed.definition.name, reason: $0, isCounted: true)
            }
        }
        let atBounds = streams.reduce(UInt64(0)) { $0.saturatingAdd($1.bytesToCome) }
        let now = streams.reduce(UInt64(0)) { $0.saturatingAdd($1.bytes ?? 0) }
        // What streams of unknown size take now is part of what the rest seems to take.
        let rest = server.used.value.map { $0 - min($0, now) }
        bytesAtBounds = unknownStreams.isEmpty || now > 0 ? atBounds : nil
        otherBytes = unknownStreams.isEmpty ? rest : nil
        let sum = rest?.saturatingAdd(atBounds)
        neededBytes = sum.map { StreamMemory.bytes(Double($0) * (1 + headroom)) }
        let limit = server.limit.value.flatMap { $0 > 0 ? $0 : nil }
        fits = Self.fits(neededBytes, limit, isWhole: unmeasured.isEmpty && unknownStreams.isEmpty)
        largestBounds =
            unknownStreams.isEmpty && unforeseen.isEmpty
            ? Self.largestBounds(streams, sum, room: limit.map { Double($0) / (1 + headroom) }) : [:]
        end = FillTime(streams, used: server.used.value, limit: limit, growth: growth).end
    }

    /// A sum that leaves something out can be too large, but not small enough.
    private static func fits(_ needed: UInt64?, _ limit: UInt64?, isWhole: Bool) -> Bool? {
        guard let needed, let limit else { return nil }
        return needed > limit ? false : isWhole ? true : nil
    }

    private static func largestBounds(_ streams: [StreamMemory], _ sum: UInt64?, room: Double?) -> [String: UInt64] {
        guard let sum, let room else { return [:] }
        return streams.reduce(into: [:]) { bounds, stream in
            guard stream.observed.definition.bound ?? 0 >= StreamTable.nodeEntries else { return }
            let others = Double(sum) - Double(stream.bytesToCome)
            // Whole nodes: a bound to the last entry would pretend to be exact.
            bounds[stream.observed.definition.name] = stream.entries(fitting: room - others).map {
                $0 / StreamTable.nodeEntries * StreamTable.nodeEntries
            }
        }
    }
}

extension StreamMemory {
    /// Whether it has a bound, and what it takes there cannot be said; or what it takes now cannot be.
    fileprivate var isUnmeasured: Bool {
        if observed.definition.bound != nil { return bytesAtBound == nil }
        return bytes == nil && observed.state != .missing
    }

    /// What to reckon with: the size at the bound, or the present one where that is larger.
    fileprivate var bytesToCome: UInt64 {
        max(bytes ?? 0, bytesAtBound ?? 0)
    }
}

/// How long until `used_memory` reaches `maxmemory`, when each stream goes on growing as it did until it is at its bound, and whatever
/// else grows goes on without end.
struct FillTime {
    /// A stream that grows: bytes in a second, and for how many seconds.
    struct Stretch {
        let bytesPerSecond: Double
        let seconds: Double
    }

    let end: MemoryForecast.Ending

    init(_ streams: [StreamMemory], used: UInt64?, limit: UInt64?, growth: Growth?) {
        guard let used, let limit, let growth, let (stretches, rest) = Self.growing(streams, growth) else {
            end = .unknown
            return
        }
        guard used < limit else {
            end = .after(milliseconds: 0)
            return
        }
        let free = Double(limit - used)
        if let seconds = Self.seconds(toFill: free, stretches) {
            end = .after(milliseconds: StreamMemory.bytes(seconds * 1000))
        } else {
            // It may be noise, and it may be what fills the server: a longer look would tell.
            end = rest * Self.soon >= free ? .unknown : .never
        }
    }

    /// What is close enough to be worth a doubt, in seconds.
    private static let soon = 86_400.0
    /// By how many bytes `used_memory` may go up and down while nothing grows: buffers of clients, tables of keys.
    private static let noise = 262_144.0
    /// By what share the size of entries may be mistaken.
    private static let inexactness = 0.1

    /// What grows, and by how many bytes in a second the server does that may be noise; nil when something grows of which the size,
    /// or the end, is unknown.
    private static func growing(_ streams: [StreamMemory], _ growth: Growth) -> (stretches: [Stretch], rest: Double)? {
        guard let used = growth.usedBytes else { return nil }
        var stretches: [Stretch] = []
        var (explained, moved, isWhole) = (0.0, 0.0, true)
        for stream in streams {
            guard let rate = growth.longer[stream.observed.definition.name] else {
                isWhole = isWhole && stream.unknownReason == nil
                continue
            }
            guard rate != 0 else { continue }
            let length = stream.observed.state.info?.length ?? 0
            let room = stream.observed.definition.bound.map { $0 - min($0, length) }
            let grows = rate > 0 && room != 0
            guard let bytes = stream.bytesPerEntry else {
                if grows { return nil }
                isWhole = false
                continue
            }
            explained += rate * bytes
            moved += abs(rate * bytes)
            guard grows else { continue }
            let seconds = room.map { Double($0) / rate } ?? .infinity
            stretches.append(Stretch(bytesPerSecond: rate * bytes, seconds: seconds))
        }
        // Other keys, dead letters, pending entries: nothing bounds them, unless it is a stream that could not be looked at.
        var rest = used - explained
        if rest > moved * inexactness + noise * 1000 / Double(max(1, growth.milliseconds)) {
            guard isWhole else { return nil }
            stretches.append(Stretch(bytesPerSecond: rest, seconds: .infinity))
            rest = 0
        }
        return (stretches.sorted { $0.seconds < $1.seconds }, rest)
    }

    /// When this many bytes have come; nil when growth ends before. Stretches end one after the other.
    static func seconds(toFill bytes: Double, _ stretches: [Stretch]) -> Double? {
        var rate = stretches.reduce(0) { $0 + $1.bytesPerSecond }
        var now = 0.0
        var left = bytes
        for stretch in stretches {
            let grown = rate * (stretch.seconds - now)
            if grown >= left { return now + left / rate }
            left -= grown
            now = stretch.seconds
            rate -= stretch.bytesPerSecond
        }
        return nil
    }
}
