import Redis

/// A link to a real server that keeps every byte the server sends.
final class RecordingLink: Link {
    private let link: any Link
    private(set) var bytes: [UInt8] = []

    init(_ link: any Link) {
        self.link = link
    }

    func write(_ bytes: Span<UInt8>) throws(LinkError) -> Int {
        try link.write(bytes)
    }

    func read(into buffer: inout OutputSpan<UInt8>) throws(LinkError) -> ReadProgress {
        let before = buffer.count
        let progress = try link.read(into: &buffer)
        for place in before..<buffer.count { bytes.append(buffer[place]) }
        return progress
    }

    func wait(toWrite: Bool, until deadline: Deadline) throws(LinkError) {
        try link.wait(toWrite: toWrite, until: deadline)
    }

    func close() {
        link.close()
    }
}
