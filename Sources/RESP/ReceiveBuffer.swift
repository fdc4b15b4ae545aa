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
