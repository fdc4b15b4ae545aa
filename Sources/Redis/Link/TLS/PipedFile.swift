import CSystem
import Glibc
import Synchronization

/// What came out of a pipe that a policy names in the place of a file, such as `<(vault read …)` in a shell.
///
/// OpenSSL opens files by itself, and would wait for ever for the writer of a pipe. So a pipe is read here, under a deadline, and
/// OpenSSL is given a copy in memory. A pipe gives its content once: the copy stays for all connections of this process.
enum PipedFile {
    /// The descriptors of the copies, by the paths of the pipes.
    private static let copies = Mutex<[String: Int32]>([:])

    /// No file of certificates is longer.
    private static let limit = 16 << 20

    /// Reads the file at `path` if it is a pipe. A regular file, and one that cannot be opened, are left to OpenSSL.
    static func take(_ path: String, until deadline: Deadline) throws(LinkError) {
        guard copies.withLock({ $0[path] }) == nil else { return }
        // Without O_NONBLOCK opening a pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return }
        switch facts.st_mode & S_IFMT {
        case S_IFREG, S_IFDIR: return
        case S_IFIFO: break
        default: throw unusable(path, "it is neither a regular file nor a pipe")
        }
        let content = try content(of: descriptor, path, until: deadline)
        let copy = csystem_memory_file("certificates")
        guard copy >= 0, write(copy, content, content.count) == content.count else {
            throw unusable(path, SystemError.last.description)
        }
        copies.withLock { $0[path] = copy }
    }

    /// The path under which OpenSSL finds the content: that of the copy where the file was a pipe.
    static func path(of path: String) -> String {
        copies.withLock { $0[path] }.map { "/proc/self/fd/\($0)" } ?? path
    }

    private static func content(
        of descriptor: Int32,
        _ path: String,
        until deadline: Deadline
    ) throws(LinkError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while content.count <= limit {
            do throws(LinkError) {
                try Poll.wait(for: descriptor, events: Int16(POLLIN), until: deadline)
            } catch {
                guard case .timedOut = error else { throw error }
                throw unusable(path, "it is a pipe, and nobody wrote it to its end in time (--connect-timeout)")
            }
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return content }
            if count > 0 { content += chunk.prefix(count) }
            if count < 0, errno != EINTR, errno != EAGAIN { throw unusable(path, SystemError.last.description) }
        }
        throw unusable(path, "it is longer than \(limit) bytes")
    }

    private static func unusable(_ path: String, _ reason: String) -> LinkError {
        .tls(.unusableFile(path: path, reason: reason))
    }
}
