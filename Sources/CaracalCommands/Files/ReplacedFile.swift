import Glibc
import Redis
import Text

/// Puts new content in the place of a file in one step: who reads it sees the old content or the new, never a part.
enum ReplacedFile {
    /// Writes the content aside in the same folder, to disk, and renames it. A file that is there keeps its permissions; a
    /// symbolic link stays, and what it leads to is replaced.
    ///
    /// - Parameter mode: the permissions of a new file.
    static func write(_ path: String, _ content: [UInt8], mode: mode_t) throws(SystemError) {
        let path = try target(of: path)
        var status = stat()
        let mode = stat(path, &status) == 0 ? status.st_mode & 0o7777 : mode
        // Not a name of the same ending: who collects files by their ending must not see it.
        let aside = "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        try writeAside(aside, besides: path, content, mode)
        guard rename(aside, path) == 0 else {
            let error = SystemError.last
            unlink(aside)
            throw error
        }
    }

    /// Writes a file that is not there yet, complete or not at all; `EEXIST` where it is by now.
    static func create(_ path: String, _ content: [UInt8], mode: mode_t) throws(SystemError) {
        let aside = "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        try writeAside(aside, besides: path, content, mode)
        defer { unlink(aside) }
        // Unlike rename(2) this does not replace a file that was created in between.
        guard link(aside, path) == 0 else { throw .last }
    }

    /// The same as `write` of a file that the command line names: what is there and no regular file is left alone.
    static func write(named path: String, _ content: [UInt8], mode: mode_t) throws(CommandError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw CommandError(.configuration, "cannot write \(path): it is there and no regular file")
        }
        do {
            try write(path, content, mode: mode)
        } catch {
            throw .writing(path, error)
        }
    }

    /// What a symbolic link leads to. One that leads to nothing yet is an error: the link itself would be replaced.
    private static func target(of path: String) throws(SystemError) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        let error = SystemError.last
        var status = stat()
        guard lstat(path, &status) != 0 else { throw error }
        return path
    }

    /// O_TMPFILE, which Swift does not see: opens a file of a folder that has no name.
    private static let namelessFile = 0o20_000_000 | O_DIRECTORY

    /// Writes a new file to disk. Until it is whole it has no name, so that nothing stays behind when the process is killed;
    /// where the file system cannot do that it has its name from the start.
    private static func writeAside(
        _ aside: String,
        besides path: String,
        _ content: [UInt8],
        _ mode: mode_t
    ) throws(SystemError) {
        let folder = FilePath.folder(of: path)
        let nameless = open(folder, namelessFile | O_WRONLY | O_CLOEXEC, mode)
        let descriptor = nameless >= 0 ? nameless : open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        do throws(SystemError) {
            try FileBytes.write(content, to: descriptor)
            guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw SystemError.last }
            guard nameless >= 0 else { return }
            guard linkat(AT_FDCWD, "/proc/self/fd/\(nameless)", AT_FDCWD, aside, AT_SYMLINK_FOLLOW) == 0 else {
                throw SystemError.last
            }
        } catch {
            // What has no name yet leaves nothing; a file of this name is another's then.
            if nameless < 0 { unlink(aside) }
            throw error
        }
    }
}

/// Paths as they are typed.
enum FilePath {
    /// The folder that a file is in: `.` where the path names none.
    static func folder(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "."
    }
}
