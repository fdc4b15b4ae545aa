import Glibc
import Redis

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
