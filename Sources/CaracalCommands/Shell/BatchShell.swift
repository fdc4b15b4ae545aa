import Glibc
import Redis
import Text

/// A shell whose lines come from a file or a pipe.
struct BatchShell {
    let shell: Shell
    /// Whether a line that fails does not end it.
    let keepsGoing: Bool

    /// Runs the lines; the status is that of the first one that failed.
    func run() throws -> Int32 {
        var lines = try ScriptLines.fromStandardInput()
        var number = 0
        var worst: Int32 = 0
        while let line = try lines.next() {
            number += 1
            if ["exit", "quit"].contains(line.filter { $0 != " " }) { break }
            guard let status = shell.run(line), status != 0 else { continue }
            if worst == 0 { worst = status }
            let isStopped = [ExitStatus.hungUp, .interrupted, .quit, .terminated].contains { $0.rawValue == status }
            if isStopped || !keepsGoing {
                Output.note("caracalctl: line \(number) ended with status \(status): what follows was not run")
                return status
            }
            Output.note("caracalctl: line \(number) ended with status \(status)")
        }
        return worst
    }
}
