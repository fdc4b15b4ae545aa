import CSystem
import Glibc
import Redis

/// A program to run, with everything it is given.
package struct ChildCommand: Sendable, Equatable {
    /// How a child stands to this process.
    package enum Standing: Sendable {
        /// It shares our process group, terminal, ignored signals and descriptors.
        case foreground
        /// It has a process group of its own, default signals, and no descriptor but its three streams.
        case detached
        /// As detached, in a session of its own whose controlling terminal is its standard input.
        case terminal
    }

    /// The program's file; see ``ExecutableSearch`` for looking up a name.
    package var executable: String
    /// What follows the program's name.
    package var arguments: [String]
    /// All of its environment.
    package var environment: Environment
    /// The folder it runs in; nil for ours.
    package var folder: String?
    /// How it stands to us.
    package var standing: Standing
    /// What the kernel sends to it when this process ends in any way, SIGKILL included; 0 for nothing.
    package var deathSignal: Int32
    /// Whom it runs as, where we are root; nil for whom we run as.
    package var user: SystemUser?

    /// A command that dies with this process.
    package init(
        _ executable: String,
        _ arguments: [String] = [],
        environment: Environment = .current,
        folder: String? = nil,
        standing: Standing = .detached,
        deathSignal: Int32 = SIGKILL,
        user: SystemUser? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.standing = standing
        self.deathSignal = deathSignal
        self.user = user
    }

    /// Starts it with these descriptors of ours as its standard streams. Throws when the program cannot be executed.
    package func start(input: Int32 = 0, output: Int32 = 1, errors: Int32 = 2) throws(SpawnError) -> ChildProcess {
        let arguments = CStringList([executable] + self.arguments)
        let environment = CStringList(self.environment.entries)
        let file = CStringList([executable] + (folder.map { [$0] } ?? []))
        var child = csystem_child()
        child.path = UnsafePointer(file.pointers[0])
        child.folder = UnsafePointer(file.pointers[1])
        child.arguments = UnsafePointer(arguments.pointers)
        child.environment = UnsafePointer(environment.pointers)
        (child.input, child.output, child.errors) = (input, output, errors)
        child.standing = standing.value
        child.death_signal = deathSignal
        if let user { (child.user, child.group) = (user.identifier, user.group) }

        var identifier: pid_t = 0
        var ended: Int32 = -1
        let status = csystem_spawn(&child, &identifier, &ended)
        guard status == 0 else { throw SpawnError(program: executable, reason: SystemError(code: status)) }
        return ChildProcess(identifier: identifier, ended: Descriptor(ended))
    }
}

extension ChildCommand.Standing {
    fileprivate var value: csystem_standing {
        switch self {
        case .foreground: CSYSTEM_FOREGROUND
        case .detached: CSYSTEM_DETACHED
        case .terminal: CSYSTEM_TERMINAL
        }
    }
}

/// Why a program could not be started.
package struct SpawnError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The program, as it was asked for.
    package let program: String
    /// What the system said.
    package let reason: SystemError

    /// One line, such as `cannot run ./job: permission denied`.
    package var description: String {
        "cannot run \(program): \(reason)"
    }

    /// What a shell's status would be: 127 for a program that is not there, 126 for one that cannot be run.
    package var shellStatus: Int32 {
        reason.code == ENOENT ? 127 : 126
    }
}

/// Finds a program the way a shell does.
package enum ExecutableSearch {
    /// Where programs are looked for without a PATH.
    package static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

    /// The file behind a name: a name with a slash is the file itself, any other is looked for in `path`, folder by
    /// folder (an empty folder is the working folder). Throws a ``SpawnError`` when nothing there can be run.
    package static func find(_ name: String, path: String?) throws(SpawnError) -> String {
        if name.contains("/") { return name }
        var reason = SystemError(code: ENOENT)
        let folders = (path ?? defaultPath).split(separator: ":", omittingEmptySubsequences: false)
        for folder in folders where !name.isEmpty {
            let file = (folder.isEmpty ? "." : folder) + "/" + name
            guard isRegularFile(file) else { continue }
            if access(file, X_OK) == 0 { return file }
            reason = SystemError.last
        }
        throw SpawnError(program: name, reason: reason)
    }

    private static func isRegularFile(_ file: String) -> Bool {
        var information = stat()
        return stat(file, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
    }
}

/// Copies of strings as execve(2) takes them: zero-ended, in an array that NULL ends. Freed with the list.
private struct CStringList: ~Copyable {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [[UInt8]]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, bytes) in strings.enumerated() {
            let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
            for (offset, byte) in bytes.enumerated() { text[offset] = CChar(bitPattern: byte) }
            text[bytes.count] = 0
            pointers[index] = text
        }
        pointers[count] = nil
    }

    init(_ strings: [String]) {
        self.init(strings.map { Array($0.utf8) })
    }

    deinit {
        for index in 0..<count { pointers[index]?.deallocate() }
        pointers.deallocate()
    }
}

/// A user of this machine.
package struct SystemUser: Sendable, Equatable {
    /// The user's number.
    package let identifier: uid_t
    /// The number of the user's group.
    package let group: gid_t

    /// The user of that name; nil when there is none.
    package init?(named name: String) {
        guard let entry = getpwnam(name), entry.pointee.pw_uid != 0 else { return nil }
        identifier = entry.pointee.pw_uid
        group = entry.pointee.pw_gid
    }

    /// Whom a server has to run as that refuses to be root: nil where we are not root, else `postgres`, or `nobody`.
    static var unprivileged: SystemUser? {
        geteuid() == 0 ? SystemUser(named: "postgres") ?? SystemUser(named: "nobody") : nil
    }
}
