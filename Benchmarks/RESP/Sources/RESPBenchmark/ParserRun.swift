import Glibc
import RESP

/// Parses the same bytes again and again with one parser and one recycled reply, as a scan over a stream does.
struct ParserRun {
    let bytes: [UInt8]
    let readSize: Int
    private(set) var payloadBytes = 0
    private var parser = ReplyParser()
    private var reply = Reply()

    init(bytes: [UInt8], readSize: Int) {
        self.bytes = bytes
        self.readSize = readSize
    }

    /// One round: feed, parse, look at every payload. Returns seconds.
    mutating func round() -> Double {
        let start = now()
        var offset = 0
        payloadBytes = 0
        while offset < bytes.count {
            let end = min(bytes.count, offset + readSize)
            receive(offset..<end)
            drain()
            offset = end
        }
        return now() - start
    }

    /// What read(2) would do.
    private mutating func receive(_ range: Range<Int>) {
        bytes[range].withUnsafeBytes { source in
            parser.append(capacity: source.count) { output in
                output.withUnsafeMutableBufferPointer { target, count in
                    UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
                    count = source.count
                }
            }
        }
    }

    private mutating func drain() {
        do {
            while try parser.next(into: &reply) { visit() }
        } catch {
            exit(65)
        }
    }

    private mutating func visit() {
        var total = 0
        for node in reply.nodes.indices { total += reply.payload(of: node).count }
        payloadBytes += total
    }

    private func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
