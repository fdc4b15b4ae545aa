import Glibc
import Redis
import Text

/// A file that is complete or not there: written aside, brought to disk, then given its name. For its owner alone.
final class ExportFile {
    private let path: String
    private let aside: String
    private let descriptor: Int32
    private var isFinished = false

    /// Begins a file that must not exist: an export may be the only copy of what was purged.
    init(_ path: String) throws(CommandError) {
        guard access(path, F_OK) != 0 else {
            throw CommandError(
                .configuration,
                "\(path) exists already, and an export may be the only copy: choose another name"
            )
        }
        // In containers that share a folder process ids are the same.
        let aside = "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).partial"
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandError(.configuration, "cannot write \(path): \(SystemError.last)") }
        // Only now: `deinit` removes what was created here, and nothing else.
        (self.path, self.aside, self.descriptor) = (path, aside, descriptor)
    }

    deinit {
        if !isFinished {
            close(descriptor)
            unlink(aside)
        }
    }

    /// Adds bytes.
    func write(_ bytes: [UInt8]) throws(CommandError) {
        do { try FileBytes.write(bytes, to: descriptor) } catch { throw failure(error) }
    }

    /// Brings it to disk and gives it its name.
    func finish() throws(CommandError) {
        guard fsync(descriptor) == 0 else { throw failure(.last) }
        // Unlike rename(2) this does not replace a file that was created in between.
        guard link(aside, path) == 0 || errno != EEXIST && rename(aside, path) == 0 else { throw failure(.last) }
        unlink(aside)
        close(descriptor)
        isFinished = true
        try syncFolder()
    }

    /// A new name is on disk when its folder is.
    private func syncFolder() throws(CommandError) {
        let folder = FilePath.folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw CommandError(
                .outputFailed,
                "\(path) is complete, but whether it outlives a power failure is not certain: its folder cannot be brought "
                    + "to disk (\(SystemError.last))"
            )
        }
    }

    private func failure(_ error: SystemError) -> CommandError {
        CommandError(.outputFailed, "cannot write \(path): \(error); there is no export")
    }
}
