/// Why there is no private server.
package enum SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No such program.
    case notFound(program: String)
    /// The program cannot be run.
    case notExecutable(reason: String)
    /// The folder cannot be made or used.
    case unusableFolder(path: String, reason: String)
    /// Somebody listens on the port already.
    case portInUse(UInt16)
    /// The server ended at once; the reason is the last line of its log.
    case failedToStart(reason: String)
    /// The server runs, but answers nothing yet.
    case notReady(after: Duration, reason: String)

    /// One line with the next step.
    package var description: String {
        switch self {
        case .notFound(let program):
            "\(program) is not installed (on Debian and Ubuntu: apt-get install redis-server)"
        case .notExecutable(let reason):
            reason
        case .unusableFolder(let path, let reason):
            "cannot use the folder \(path): \(reason)"
        case .portInUse(let port):
            "port \(port) is in use (choose another, or none for a free one)"
        case .failedToStart(let reason):
            "redis-server did not start: \(reason)"
        case .notReady(let time, let reason):
            "redis-server was not ready after \(time.formatted): \(reason)"
        }
    }
}

extension Duration {
    /// Seconds with at most one decimal, such as `10 s` or `0.5 s`.
    fileprivate var formatted: String {
        let tenths = (self / .milliseconds(100)).rounded()
        let whole = tenths.truncatingRemainder(dividingBy: 10) == 0
        return whole ? "\(Int(tenths / 10)) s" : "\(tenths / 10) s"
    }
}
