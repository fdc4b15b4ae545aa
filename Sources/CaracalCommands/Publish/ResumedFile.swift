import Glibc
import Redis
import Text

/// The file that `publish --resume` settles, locked from the start to the end: of two runs that have it at once each would
/// publish all of its messages.
final class ResumedFile {
    /// Where it is, as it was typed.
    let path: String
    /// Where that leads to; nil for what is no regular file, such as a pipe: that is neither changed nor removed.
    private let target: String?
    /// What is locked now.
    private var input: InputFile
    /// What was there first, once something else is in its place.
    private var original: InputFile?

    /// Opens and locks it; refused where another run has it.
    init(_ path: String) throws(CommandError) {
        self.path = path
        input = try InputFile(path)
        var facts = stat()
        let isFile = path != "-" && fstat(input.descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
        target = isFile ? Self.realPath(path) : nil
        // Another run has removed it since it was opened.
        guard !isFile || target != nil else { throw inUse }
        try lock(input)
    }

    /// What it asks for.
    func read() throws(CommandError) -> ResumeFile.Plan { try ResumeFile.read(input, path) }

    /// Whether it is there until it is removed.
    var isLasting: Bool { target != nil }

    /// Puts a changed plan in its place, in one step, and keeps it locked.
    func replace(with plan: ResumeFile.Plan) throws(CommandError) {
        guard let target else {
            throw CommandError(
                .configuration,
                "cannot write \(path): it is no regular file, and --resume notes in it what is sent; nothing was sent"
            )
        }
        try ResumeFile.replace(target, plan)
        // It has another lock now. Who was faster to have that finds in it that messages may have been sent.
        let successor = try InputFile(target)
        try lock(successor)
        original = original ?? input
        input = successor
    }

    /// Puts back what was there first, when nothing of it was sent. Where that fails what is there now stays: it has the same
    /// messages.
    func restore() {
        guard let original, let target, lseek(original.descriptor, 0, SEEK_SET) == 0,
            let bytes = try? original.readAll(limit: .max - 1)
        else { return }
        try? ReplacedFile.write(target, bytes, mode: 0o600)
    }

    /// Removes it: nothing of it remains to be settled there.
    func remove() {
        if let target { unlink(target) }
    }

    /// Locks a file, and makes sure that it still is the one of this name.
    private func lock(_ file: InputFile) throws(CommandError) {
        while flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: throw inUse
            case EBADF where fcntl(file.descriptor, F_GETFL) & O_ACCMODE == O_RDONLY:
                // NFS locks nothing that cannot be written.
                let writable = open(target ?? path, O_RDWR | O_CLOEXEC)
                guard writable >= 0 else { throw notLocked }
                dup2(writable, file.descriptor)
                close(writable)
            default: throw notLocked
            }
        }
        guard let target else { return }
        var (opened, named) = (stat(), stat())
        guard fstat(file.descriptor, &opened) == 0, stat(target, &named) == 0,
            opened.st_dev == named.st_dev, opened.st_ino == named.st_ino
        else { throw inUse }
    }

    private var inUse: CommandError {
        CommandError(.refusedForNow, "\(path): another run publishes its messages; nothing was sent")
    }

    private var notLocked: CommandError {
        CommandError(.configuration, "cannot lock \(path): \(SystemError.last); nothing was sent")
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
