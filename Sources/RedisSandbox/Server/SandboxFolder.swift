import Glibc
import Redis

/// The folder a private server runs in, locked for as long as this value lives.
struct SandboxFolder: ~Copyable, Sendable {
    /// Its absolute path.
    let path: String
    /// Whether it stays when this value goes; a temporary folder is removed with all that is in it.
    let isKept: Bool
    private let descriptor: Descriptor

    /// Makes a folder that only this user can enter, under TMPDIR; or takes the one to keep, which must be new, empty
    /// or left behind by an earlier sandbox.
    init(keeping kept: String?) throws(SandboxError) {
        let path = if let kept { try Self.prepareKept(kept) } else { try Self.makeTemporary() }
        let descriptor = Descriptor(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard descriptor.number >= 0 else { throw Self.failure(path) }
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else {
            throw .unusableFolder(path: path, reason: "another sandbox is running in it")
        }
        self.path = path
        self.descriptor = descriptor
        isKept = kept != nil
    }

    deinit {
        if !isKept { FileTree.remove(path) }
        // Not left to the closing: a child that is being forked at this moment has the descriptor too.
        flock(descriptor.number, LOCK_UN)
    }

    /// The server's socket by a name that is short however long the folder's own path is.
    var shortSocketPath: String {
        "/proc/self/fd/\(descriptor.number)/\(SandboxSettings.socketName)"
    }

    /// The path of a file in it.
    func file(_ name: String) -> String {
        path + "/" + name
    }

    /// Writes a file in it, as ``create(_:)`` makes it.
    func write(_ name: String, _ text: String) throws(SandboxError) {
        let file = try create(name)
        var text = text
        let isWritten = text.withUTF8 { Glibc.write(file.number, $0.baseAddress, $0.count) == $0.count }
        guard isWritten else { throw Self.failure(path) }
    }

    /// Opens a file in it for writing, emptied, readable by this user alone.
    func create(_ name: String) throws(SandboxError) -> Descriptor {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let file = Descriptor(openat(descriptor.number, name, flags, 0o600))
        guard file.number >= 0, fchmod(file.number, 0o600) == 0 else { throw Self.failure(path) }
        return file
    }

    private static func makeTemporary() throws(SandboxError) -> String {
        let parent = Environment.current["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        guard let made = FileTree.makeTemporary(in: parent) else { throw failure(parent) }
        return try absolute(made)
    }

    private static func prepareKept(_ path: String) throws(SandboxError) -> String {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure(path) }
        let absolutePath = try absolute(path)
        guard let names = FileTree.names(in: absolutePath) else { throw failure(path) }
        guard names.isEmpty || isOurs(absolutePath) else {
            throw .unusableFolder(path: path, reason: "it holds files that are not a sandbox's")
        }
        return absolutePath
    }

    private static func absolute(_ path: String) throws(SandboxError) -> String {
        guard let resolved = realpath(path, nil) else { throw failure(path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isOurs(_ path: String) -> Bool {
        let file = Descriptor(open(path + "/redis.conf", O_RDONLY | O_CLOEXEC))
        let header = Array(SandboxSettings.header.utf8)
        var start = [UInt8](repeating: 0, count: header.count)
        return read(file.number, &start, start.count) == header.count && start == header
    }

    private static func failure(_ path: String) -> SandboxError {
        .unusableFolder(path: path, reason: SystemError.last.description)
    }
}

/// Folders made and removed whole.
package enum FileTree {
    /// Makes a folder that only this user can enter; nil, with errno set, when that fails.
    package static func makeTemporary(in parent: String) -> String? {
        var template = Array((parent + "/caracalctl-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a file, or a folder with all that is in it. Links are removed, never followed, not even one that takes a folder's
    /// place while this goes on.
    package static func remove(_ path: String) {
        remove(path, in: AT_FDCWD)
    }

    private static func remove(_ name: String, in parent: Int32) {
        guard unlinkat(parent, name, 0) != 0, errno == EISDIR else { return }
        let number = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if let folder = fdopendir(number) {
            defer { closedir(folder) }
            for name in names(in: folder) { remove(name, in: number) }
        }
        unlinkat(parent, name, AT_REMOVEDIR)
    }

    /// The names in a folder; nil, with errno set, when it cannot be read.
    package static func names(in path: String) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        return names(in: folder)
    }

    private static func names(in folder: OpaquePointer) -> [String] {
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
