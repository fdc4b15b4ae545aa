import Glibc
import Redis

/// Random numbers from the kernel (getentropy), fetched many at a time.
struct RandomWords {
    private var words: [UInt64] = []
    private var used = 0

    /// The 256 bytes that one call may ask for.
    private static let batch = 32

    /// The next number, used once.
    mutating func next() throws(SystemRandomnessError) -> UInt64 {
        if used == words.count { try refill() }
        used += 1
        return words[used - 1]
    }

    private mutating func refill() throws(SystemRandomnessError) {
        if words.isEmpty { words = Array(repeating: 0, count: Self.batch) }
        guard words.withUnsafeMutableBytes({ getentropy($0.baseAddress, $0.count) }) == 0 else {
            used = words.count
            throw SystemRandomnessError(cause: .last)
        }
        used = 0
    }
}
