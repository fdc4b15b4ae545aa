import Glibc

/// How a process stands, as the kernel's /proc has it.
package enum ProcessState {
    /// Whether it exists and is more than a zombie.
    package static func isRunning(_ identifier: pid_t) -> Bool {
        letter(of: identifier).map { $0 != UInt8(ascii: "Z") && $0 != UInt8(ascii: "X") } ?? false
    }

    /// Whether it was stopped, by a signal or by itself.
    package static func isStopped(_ identifier: pid_t) -> Bool {
        letter(of: identifier) == UInt8(ascii: "T")
    }

    /// The letter behind the name, which stands in brackets; nil where there is no such process.
    private static func letter(of identifier: pid_t) -> UInt8? {
        let status = try? TemporaryFolder.read("/proc/\(identifier)/stat")
        return status.flatMap { $0.drop { $0 != UInt8(ascii: ")") }.dropFirst(2).first }
    }
}
