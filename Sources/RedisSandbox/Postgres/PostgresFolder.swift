import Glibc
import Redis

/// The folder of a private PostgreSQL server, removed with this value.
///
/// It is ours. What the server, which may be another user, has to write or to read lies in two folders in it.
struct PostgresFolder: ~Copyable, Sendable {
    /// Its absolute path.
    let path: String
    /// Whom the server runs as; nil for us.
    let user: SystemUser?

    /// Makes it under TMPDIR; as root under /tmp, because another user may not be able to enter root's TMPDIR.
    static func make() throws(PostgresServerError) -> PostgresFolder {
        let user = SystemUser.unprivileged
        let wanted = user == nil ? Environment.current["TMPDIR"] ?? "" : ""
        let parent = wanted.isEmpty ? "/tmp" : wanted
        guard let made = FileTree.makeTemporary(in: parent), let resolved = realpath(made, nil) else {
            throw .unusableFolder(path: parent, reason: SystemError.last.description)
        }
        defer { free(resolved) }
        let folder = PostgresFolder(path: String(cString: resolved), user: user)
        try folder.prepare()
        return folder
    }

    private func prepare() throws(PostgresServerError) {
        guard user == nil || chmod(path, 0o711) == 0 else { throw failure }
        for folder in [data, running] {
            guard mkdir(folder, 0o700) == 0, giveAway(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
                throw failure
            }
        }
    }

    deinit {
        FileTree.remove(path)
    }

    /// The folder of the database.
    var data: String { path + "/data" }

    /// The folder of the socket, and of what the server reads when it starts.
    var running: String { path + "/run" }

    /// The file with the password, as libpq reads it (PGPASSFILE).
    var passwordFile: String { path + "/pgpass" }

    /// What the server says.
    var log: String { path + "/postgres.log" }

    /// Writes a file that the server can read, and nobody else.
    func writeForServer(_ name: String, _ content: [UInt8]) throws(PostgresServerError) {
        let file = try create("run/" + name, content)
        guard giveAway(dup(file.number)) else { throw failure }
    }

    /// Writes a file that only we can read, and leaves it open for more.
    @discardableResult
    func create(_ name: String, _ content: [UInt8] = []) throws(PostgresServerError) -> Descriptor {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let file = Descriptor(open(path + "/" + name, flags, 0o600))
        guard file.number >= 0, write(file.number, content, content.count) == content.count else { throw failure }
        return file
    }

    /// Makes the server's user the owner, and closes the descriptor.
    private func giveAway(_ number: Int32) -> Bool {
        let descriptor = Descriptor(number)
        guard let user else { return descriptor.number >= 0 }
        return fchown(descriptor.number, user.identifier, user.group) == 0
    }

    private var failure: PostgresServerError {
        .unusableFolder(path: path, reason: SystemError.last.description)
    }
}
