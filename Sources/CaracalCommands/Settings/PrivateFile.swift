import Glibc
import Redis

/// Small files that are for their owner alone.
enum PrivateFile {
    /// What a file holds.
    struct Content {
        /// All of it.
        let bytes: [UInt8]
        /// Whether its mode lets everybody write it.
        let isWritableByAll: Bool
    }

    /// The content of a regular file; nil when there is none. One that is longer than `limit` is an error (EFBIG).
    static func read(_ path: String, limit: Int) throws(SystemError) -> Content? {
        // Without O_NONBLOCK opening a pipe would wait for a writer, for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0, errno == ENOENT || errno == ENOTDIR { return nil }
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError(code: EISDIR) }
        guard status.st_size <= limit else { throw SystemError(code: EFBIG) }
        let bytes = try content(of: descriptor, limit: limit)
        return Content(bytes: bytes, isWritableByAll: status.st_mode & 0o002 != 0)
    }

    /// Puts `bytes` in the place of a file, in one step: a reader sees the old content or the new. Missing folders
    /// are made.
    static func replace(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
        try makeFolder(of: path)
        try ReplacedFile.write(path, bytes, mode: 0o600)
    }

    /// Puts `bytes` at the end of a file, in one write: several processes may do so at once. Missing folders are made.
    static func append(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
        try makeFolder(of: path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else { throw .last }
        try FileBytes.write(bytes, to: descriptor)
    }

    /// Holds a lock on a file's folder while `work` is done, so that of several processes one after the other reads the file,
    /// changes it and writes it. A lock that others hold for longer than `limit` is an error (EAGAIN). Throws a `LinkError` when
    /// the process is asked to stop in between.
    static func locked<Result>(_ path: String, within limit: Duration, _ work: () throws -> Result) throws -> Result {
        try makeFolder(of: path)
        let folder = FilePath.folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last }
        defer { close(descriptor) }
        let deadline = Deadline.after(limit)
        var backoff = Backoff.ofProcess
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EWOULDBLOCK, EINTR:
                guard !deadline.hasPassed else { throw SystemError.last }
                try backoff.rest(until: deadline)
            case EBADF:
                // NFS locks nothing that cannot be written: there an empty file stays beside it.
                let file = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
                guard file >= 0 else { throw SystemError.last }
                dup2(file, descriptor)
                close(file)
            default: throw SystemError.last
            }
        }
        return try work()
    }

    private static func makeFolder(of path: String) throws(SystemError) {
        var folder = ""
        for name in path.split(separator: "/").dropLast() {
            folder += "/" + name
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST || access(folder, F_OK) == 0 else { throw .last }
        }
    }

    private static func content(of descriptor: Int32, limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count > 0 { bytes += chunk.prefix(count) } else if errno != EINTR { throw .last }
        }
        throw SystemError(code: EFBIG)
    }
}

/// The folders of a user that the XDG specification gives a place.
enum UserFolder {
    case configuration
    case state

    /// Our folder there; nil without a home. A variable that is not absolute is ignored, as the specification wants it.
    func path(_ source: SettingsSource) -> String? {
        if let folder = source.environment(variable), folder.hasPrefix("/") { return folder + "/caracalctl" }
        guard let home = source.environment("HOME"), home.hasPrefix("/") else { return nil }
        return "\(home)/\(fallback)/caracalctl"
    }

    private var variable: String {
        switch self {
        case .configuration: "XDG_CONFIG_HOME"
        case .state: "XDG_STATE_HOME"
        }
    }

    private var fallback: String {
        switch self {
        case .configuration: ".config"
        case .state: ".local/state"
        }
    }
}
