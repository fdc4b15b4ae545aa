/// HMAC-SHA256 straight from FIPS 180-4 and RFC 2104, to check the fast one against.
enum NaiveHMAC {
    static func code(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        let short = key.count > 64 ? digest(key) : key
        let block = short + Array(repeating: 0, count: 64 - short.count)
        return digest(block.map { $0 ^ 0x5C } + digest(block.map { $0 ^ 0x36 } + message))
    }

    private static let initialState = fractions(count: 8, root: 2)
    private static let constants = fractions(count: 64, root: 3)

    static func digest(_ message: [UInt8]) -> [UInt8] {
        var state = initialState
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        padded += (0..<8).map { UInt8(truncatingIfNeeded: (message.count * 8) >> (56 - 8 * $0)) }
        for start in stride(from: 0, to: padded.count, by: 64) {
            compress(padded[start..<(start + 64)], &state)
        }
        return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
    }

    private static func compress(_ block: ArraySlice<UInt8>, _ state: inout [UInt32]) {
        let bytes = Array(block)
        var words = (0..<16).map { word in (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[4 * word + $1]) } }
        for index in 16..<64 {
            let early = words[index - 15]
            let late = words[index - 2]
            let sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ early >> 3
            let sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ late >> 10
            words.append(words[index - 16] &+ sigma0 &+ words[index - 7] &+ sigma1)
        }
        var v = state
        for index in 0..<64 {
            let sum1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)
            let choice = v[4] & v[5] ^ ~v[4] & v[6]
            let first = v[7] &+ sum1 &+ choice &+ constants[index] &+ words[index]
            let sum0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)
            let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]
            v = [first &+ sum0 &+ majority, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
        }
        for index in state.indices { state[index] = state[index] &+ v[index] }
    }

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    /// The first 32 bits of the fractions of the square or cube roots of the first primes, by whole numbers alone.
    private static func fractions(count: Int, root: Int) -> [UInt32] {
        let primes = (2...).lazy.filter { number in (2..<number).allSatisfy { number % $0 != 0 } }.prefix(count)
        return primes.map { prime in
            var low: UInt64 = 0
            var high: UInt64 = 1 << 40
            while high - low > 1 {
                let middle = (low + high) / 2
                if isAtMost(middle, root, UInt64(prime)) { low = middle } else { high = middle }
            }
            return UInt32(truncatingIfNeeded: low)
        }
    }

    /// Whether (value / 2^32) to the power of `root` is at most `prime`.
    private static func isAtMost(_ value: UInt64, _ root: Int, _ prime: UInt64) -> Bool {
        var limbs: [UInt64] = [1]
        for _ in 0..<root { limbs = multiply(limbs, [value & 0xFFFF_FFFF, value >> 32]) }
        let bound = Array(repeating: 0, count: root) + [prime]
        let length = max(limbs.count, bound.count)
        for index in (0..<length).reversed() {
            let left = index < limbs.count ? limbs[index] : 0
            let right = index < bound.count ? bound[index] : 0
            if left != right { return left < right }
        }
        return true
    }

    private static func multiply(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        var product = [UInt64](repeating: 0, count: left.count + right.count + 1)
        for (i, a) in left.enumerated() {
            for (j, b) in right.enumerated() {
                var carry = a * b
                var place = i + j
                while carry > 0 {
                    let sum = product[place] + (carry & 0xFFFF_FFFF)
                    product[place] = sum & 0xFFFF_FFFF
                    carry = carry >> 32 + sum >> 32
                    place += 1
                }
            }
        }
        return product
    }
}
