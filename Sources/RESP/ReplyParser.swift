/// Bytes in, replies out. It stops wherever the bytes end and goes on from there, and refuses whatever is not strictly
/// RESP2 or RESP3 with a `ProtocolError`.
///
/// A push comes out as a reply of kind `.push`; attributes are dropped. After an error every call throws it again.
package struct ReplyParser: Sendable {
    private(set) var buffer = ReceiveBuffer()
    private var builder: TapeBuilder
    private var failure: ProtocolError?

    /// A parser with nothing received.
    package init(limits: ReplyLimits = .standard) {
        builder = TapeBuilder(limits: limits)
    }

    /// Whether no byte is waiting: no part of a reply, and nothing beyond the replies taken out.
    package var isIdle: Bool { buffer.count == 0 }

    /// Bytes received that are in no reply taken out so far.
    package var bufferedByteCount: Int { buffer.count }

    /// Adds what was received.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        buffer.closeGap()
        buffer.bytes.append(contentsOf: bytes)
    }

    /// Lets `fill` receive up to `capacity` bytes straight into the buffer; what it wrote before throwing counts.
    package mutating func append<E: Error>(
        capacity: Int,
        _ fill: (inout OutputSpan<UInt8>) throws(E) -> Void
    ) throws(E) {
        buffer.closeGap()
        try buffer.bytes.append(addingCapacity: capacity, initializingWith: fill)
    }

    /// The next reply, or nil when it has not wholly arrived.
    package mutating func next() throws(ProtocolError) -> Reply? {
        guard try advance() else { return nil }
        var reply = Reply()
        deliver(into: &reply)
        return reply
    }

    /// Replaces `reply` by the next one and returns true; false, and nothing replaced, when it has not wholly arrived.
    ///
    /// The storage of the old reply is used for new ones: a stream of replies costs no allocation in the long run.
    package mutating func next(into reply: inout Reply) throws(ProtocolError) -> Bool {
        guard try advance() else { return false }
        deliver(into: &reply)
        return true
    }

    /// Parses on; true when a reply is whole.
    private mutating func advance() throws(ProtocolError) -> Bool {
        if let failure { throw failure }
        do {
            return try builder.advance(over: buffer)
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func deliver(into reply: inout Reply) {
        swap(&reply.nodes, &builder.nodes)
        buffer.take(builder.position, into: &reply.bytes)
        builder.reset()
    }
}

/// How much of a server's word is taken: whatever exceeds one of these is a protocol error.
///
/// Nothing is ever allocated for an announced length; these bound what may *arrive*.
package struct ReplyLimits: Sendable, Equatable {
    /// Aggregates inside each other; the deepest reply Redis is known to give (`XINFO STREAM … FULL`) has 7.
    package var depth: Int
    /// Values in one reply, aggregates and attributes included.
    package var nodes: Int
    /// Bytes in one line, without its first byte and its CR LF.
    package var line: Int
    /// Bytes in one bulk string; Redis's own `proto-max-bulk-len` is 512 MiB.
    package var bulk: Int
    /// Bytes in one reply, all in all; at most 4 GiB less one byte.
    package var reply: Int

    /// Limits that no reply of a healthy Redis reaches, unless given otherwise.
    package init(
        depth: Int = 32,
        nodes: Int = 4_000_000,
        line: Int = 65_536,
        bulk: Int = 512 * 1_048_576,
        reply: Int = 1_073_741_824
    ) {
        self.depth = depth
        self.nodes = min(nodes, Int(UInt32.max))
        self.line = min(line, Int(UInt32.max))
        self.bulk = min(bulk, Int(UInt32.max))
        self.reply = min(reply, Int(UInt32.max))
    }

    /// The limits a connection starts with.
    package static let standard = ReplyLimits()
}

/// Bytes received and not yet handed out. Those handed out leave a gap at the front, closed when it is the larger half.
struct ReceiveBuffer: Sendable {
    /// Received bytes; those before `start` are spent.
    var bytes: [UInt8] = []
    private(set) var start = 0

    /// A reply smaller than this is copied out, so that the room to read into stays here.
    private static let copyLimit = 16_384

    /// How many bytes are waiting.
    var count: Int { bytes.count - start }

    /// To be called before bytes are added.
    mutating func closeGap() {
        guard start > 0, start >= count else { return }
        bytes.removeSubrange(0..<start)
        start = 0
    }

    /// Moves the first `size` waiting bytes into `target`, in place of what it held.
    mutating func take(_ size: Int, into target: inout [UInt8]) {
        if start == 0, size >= Self.copyLimit, size >= count / 2 {
            exchange(size, with: &target)
        } else {
            target.removeAll(keepingCapacity: true)
            target.append(contentsOf: bytes[start..<start + size])
            start += size
        }
        if count == 0 { clear() }
    }

    /// Hands over the whole storage, keeping only what is behind the first `size` bytes.
    private mutating func exchange(_ size: Int, with target: inout [UInt8]) {
        target.removeAll(keepingCapacity: true)
        target.append(contentsOf: bytes[size...])
        bytes.removeLast(bytes.count - size)
        swap(&bytes, &target)
    }

    private mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }
}
