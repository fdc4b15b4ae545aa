import Glibc
import Redis
import Text

/// Input named on the command line: a file, or standard input for `-`.
final class InputFile {
    /// The open descriptor.
    let descriptor: Int32
    private let path: String

    init(_ path: String) throws(CommandError) {
        self.path = path
        // Without O_NONBLOCK opening a pipe would wait for a writer, past every signal; reading waits in poll(2).
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw CommandError(.malformedInput, "cannot read \(path): \(SystemError.last)") }
        if descriptor != STDIN_FILENO { _ = fcntl(descriptor, F_SETFL, O_RDONLY) }
        var facts = stat()
        // It can be opened, and says what it is only when it is read.
        guard fstat(descriptor, &facts) != 0 || facts.st_mode & S_IFMT != S_IFDIR else {
            throw CommandError(.malformedInput, "cannot read \(path): \(SystemError(code: EISDIR))")
        }
    }

    /// Whether input of this name can be read again, by another process: it is a regular file that still has a name.
    static func stays(_ path: String) -> Bool {
        var facts = stat()
        guard (path == "-" ? fstat(STDIN_FILENO, &facts) : stat(path, &facts)) == 0 else { return false }
        return facts.st_mode & S_IFMT == S_IFREG && facts.st_nlink > 0
    }

    /// How much of it was read, from 0 to 1; nil where it has no end that is known.
    var readShare: Double? {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size > 0 else { return nil }
        let place = lseek(descriptor, 0, SEEK_CUR)
        return place < 0 ? nil : Double(place) / Double(facts.st_size)
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// Waits until there is something to read, however long somebody types; a signal to stop ends it where signals are caught.
    private func wait() throws(CommandError) {
        do {
            try Poll.wait(for: descriptor, events: Int16(POLLIN), until: .distant)
        } catch {
            throw CommandError(error)
        }
    }

    /// All of it, up to a limit beyond which it is refused.
    func readAll(limit: Int) throws(CommandError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while content.count <= limit {
            try wait()
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return content }
            if count < 0 && errno != EINTR {
                throw CommandError(.malformedInput, "cannot read \(path): \(SystemError.last)")
            }
            content += chunk.prefix(max(0, count))
        }
        throw CommandError(.malformedInput, "\(path) is longer than \(limit) bytes, the most that one message may have")
    }
}

/// Writing to a file that is open.
enum FileBytes {
    /// Writes all of it.
    static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if count < 0, errno != EINTR { throw .last }
        }
    }
}
