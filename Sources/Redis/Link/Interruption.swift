import CSystem
import Glibc

/// SIGINT and SIGTERM as a request to stop that work may answer in its own time.
package enum Interruption {
    /// From now on a signal ends every wait and is remembered; a second one ends the process. One that is ignored stays so.
    package static func catchSignals() {
        // It fails only without a free descriptor; then a signal simply ends the process.
        _ = csystem_catch_interrupts()
    }

    /// The same for SIGHUP and SIGQUIT, for those who must not end without putting something in order.
    package static func catchHangups() {
        _ = csystem_catch_hangups()
    }

    /// From now on no SIGINT ends the process, however often it comes: a shell outlives its commands.
    package static func outliveCtrlC() {
        csystem_outlive_interrupts()
    }

    /// Forgets a signal that has been dealt with; never SIGTERM.
    package static func forget() {
        csystem_clear_interrupt()
    }

    /// The signal that has come; nil when there was none.
    package static var signal: Int32? {
        let signal = csystem_interrupt_signal()
        return signal == 0 ? nil : signal
    }

    /// Throws when a signal has come: for work that may never wait.
    package static func check() throws(LinkError) {
        if let signal { throw .interrupted(signal: signal) }
    }
}
