import RESP

/// Finds the byte at which a fault strikes.
struct FaultTrigger {
    private var remaining: Fault.Trigger
    private var parser = ReplyParser()

    init(_ trigger: Fault.Trigger) {
        remaining = trigger
    }

    /// Whether it strikes before any byte.
    var isImmediate: Bool {
        switch remaining {
        case .bytes(let count), .messages(let count): count <= 0
        case .bytesBehind(let messages, let count): messages <= 0 && count <= 0
        }
    }

    /// How many of the next bytes still pass before it strikes; nil when all of them do and it does not strike yet.
    mutating func strike(in bytes: [UInt8]) -> Int? {
        switch remaining {
        case .bytes(let count):
            guard bytes.count >= count else {
                remaining = .bytes(count - bytes.count)
                return nil
            }
            return count
        case .messages(let count):
            return strike(in: bytes, messages: count)
        case .bytesBehind(let messages, let count):
            guard let passed = strike(in: bytes, messages: messages) else {
                if case .messages(let left) = remaining { remaining = .bytesBehind(messages: left, count) }
                return nil
            }
            remaining = .bytes(count)
            return strike(in: Array(bytes[passed...])).map { passed + $0 }
        }
    }

    private mutating func strike(in bytes: [UInt8], messages: Int) -> Int? {
        var left = messages
        parser.append(bytes)
        // Commands have the form of replies, so one parser counts both.
        while left > 0, (try? parser.next()) != nil { left -= 1 }
        remaining = .messages(left)
        return left == 0 ? bytes.count - parser.bufferedByteCount : nil
    }
}
