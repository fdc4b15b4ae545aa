import Glibc
import Redis

/// Puts new content in the place of a file in one step: who reads it sees the old content or the new, never a part.
enum ReplacedFile {
    /// Writes the content aside in the same folder, to disk, and renames it.
    ///
    /// - Parameter mode: the permissions the file has from then on.
    static func write(_ path: String, _ content: [UInt8], mode: mode_t) throws(SystemError) {
        // Not a name of the same ending: who collects files by their ending must not see it.
        var aside = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&aside)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        do throws(SystemError) {
            try FileBytes.write(content, to: descriptor)
            guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0, rename(aside, path) == 0 else {
                throw SystemError.last
            }
        } catch {
            unlink(aside)
            throw error
        }
    }

    /// The same of a file that the command line names: what is there and no regular file is left alone.
    static func write(named path: String, _ content: [UInt8], mode: mode_t) throws(Failure) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw Failure(.configuration, "cannot write \(path): it is there and no regular file")
        }
        do {
            try write(path, content, mode: mode)
        } catch {
            throw Failure(.configuration, "cannot write \(path): \(error)")
        }
    }
}
