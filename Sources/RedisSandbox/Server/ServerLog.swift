import Glibc

/// What a server that is starting has written so far.
struct ServerLog {
    private let lines: [Substring]

    /// Reads the end of a log file; a file that cannot be read is an empty log.
    init(file: String) {
        let descriptor = Descriptor(open(file, O_RDONLY | O_CLOEXEC))
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let size = lseek(descriptor.number, 0, SEEK_END)
        let count = pread(descriptor.number, &bytes, bytes.count, max(0, size - bytes.count))
        self.init(text: String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
    }

    init(text: String) {
        lines = text.split(separator: "\n")
    }

    /// Whether the server found its port taken.
    var saysAddressInUse: Bool {
        lines.contains { $0.contains("Address already in use") }
    }

    /// The last line without process id, role and time (`1234:M 22 Nov 2026 10:11:12.131 # `), safe for a terminal.
    var lastMessage: String {
        guard let line = lines.last else { return "it wrote no log" }
        // Process id and role, day, month, year, time, and a mark for the level.
        let words = line.split(separator: " ", maxSplits: 6)
        let message = words.count == 7 && words[0].contains(":") ? words[6] : line
        return String(message.unicodeScalars.map { (" "..."~").contains($0) ? Character($0) : "?" })
    }
}
