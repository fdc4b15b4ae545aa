import Glibc
import Redis

/// Puts new content in the place of a file in one step: who reads it sees the old content or the new, never a part.
enum ReplacedFile {
    /// Writes the content aside in the same folder, to disk, and renames it.
    ///
    /// - Parameter mode: the permissions the file has from then on.
    static func write(_ path: String, _ content: [UInt8], mode: mode_t) throws(Failure) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw Failure(.configuration, "cannot write \(path): it is there and no regular file")
        }
        // Not a name of the same ending: who collects files by their ending must not see it.
        var aside = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&aside)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode) == 0, write(content[...], to: descriptor), fsync(descriptor) == 0,
            rename(aside, path) == 0
        else {
            let reason = failure(path)
            unlink(aside)
            throw reason
        }
    }

    private static func failure(_ path: String) -> Failure {
        Failure(.configuration, "cannot write \(path): \(SystemError.last)")
    }

    private static func write(_ content: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = content
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || count < 0 && errno == EINTR else { return false }
            rest = rest.dropFirst(max(0, count))
        }
        return true
    }
}
