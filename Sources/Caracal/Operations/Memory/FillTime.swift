import Redis

/// How long until `used_memory` reaches `maxmemory`, when each stream goes on growing as it did until it is at its bound.
struct FillTime {
    /// A stream that grows: bytes in a second, and for how many seconds.
    struct Stretch {
        let bytesPerSecond: Double
        let seconds: Double
    }

    let end: MemoryForecast.End

    init(_ streams: [StreamMemory], used: UInt64?, limit: UInt64?, growth: Growth?) {
        guard let used, let limit, let growth, let stretches = Self.stretches(streams, growth) else {
            end = .unknown
            return
        }
        guard used < limit else {
            end = .after(milliseconds: 0)
            return
        }
        let seconds = Self.seconds(toFill: Double(limit - used), stretches)
        end = seconds.map { .after(milliseconds: StreamMemory.bytes($0 * 1000)) } ?? .never
    }

    /// What grows; nil when something does of which the size is unknown.
    private static func stretches(_ streams: [StreamMemory], _ growth: Growth) -> [Stretch]? {
        var stretches: [Stretch] = []
        for stream in streams {
            guard let rate = growth.longer[stream.observed.definition.name], rate > 0 else { continue }
            let length = stream.observed.state.info?.length ?? 0
            let room = stream.observed.definition.bound.map { $0 - min($0, length) }
            if room == 0 { continue }
            guard let bytes = stream.bytesPerEntry else { return nil }
            let seconds = room.map { Double($0) / rate } ?? .infinity
            stretches.append(Stretch(bytesPerSecond: rate * bytes, seconds: seconds))
        }
        return stretches.sorted { $0.seconds < $1.seconds }
    }

    /// When so many bytes have come; nil when growth ends before. Stretches end one after the other.
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
