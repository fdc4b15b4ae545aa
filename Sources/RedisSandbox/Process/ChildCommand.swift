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
    /// What the kernel sends to it when this process ends in any way, SIGKILL included.
    package var deathSignal: Int32

    /// A command that dies with this process.
    package init(
        _ executable: String,
        _ arguments: [String] = [],
        environment: Environment = .current,
        folder: String? = nil,
        standing: Standing = .detached,
        deathSignal: Int32 = SIGKILL
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.standing = standing
        self.deathSignal = deathSignal
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
