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
