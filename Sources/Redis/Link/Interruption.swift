import CSystem
import Glibc
import Synchronization

/// Signals as a request to stop that work may answer in its own time.
package enum Interruption {
    /// From now on SIGINT or SIGTERM ends every wait and is remembered; a second one ends the process. One that is ignored
    /// stays so.
    package static func catchSignals() {
        // It fails only without a free descriptor; then a signal simply ends the process.
        _ = csystem_catch_interrupts()
    }

    /// The same for SIGHUP and SIGQUIT, for those who must not end without putting something in order.
    package static func catchHangups() {
        _ = csystem_catch_hangups()
    }

    /// For a command that writes: from now on SIGINT, SIGTERM, SIGHUP (a closed terminal) and SIGQUIT never end the process,
    /// so that it can say what became of what it sent. The first one ends every wait except those for replies to writes
    /// (`Deadline.heedsInterrupts`), the second one ends those too.
    ///
    /// - Parameter notice: is called once, when the reply to a write is waited for after a signal came and does not come at
    ///   once: for words to an operator who would wait in silence.
    package static func catchSignals(ofWritesWith notice: @escaping @Sendable () -> Void) {
        delayNotice.withLock { $0 = DelayNotice(say: notice) }
        _ = csystem_catch_for_writes()
    }

    /// From now on no SIGINT ends the process, however often it comes: a shell outlives its commands.
    package static func outliveCtrlC() {
        csystem_outlive_interrupts()
    }

    /// For a command that keeps what it has seen: from now on SIGINT, SIGTERM, SIGHUP and SIGQUIT end every wait and are remembered, and
    /// none of them ends the process before `take()`.
    package static func catchSignalsToTake() { _ = csystem_catch_for_writes() }

    /// Forgets the signal that has come, so that waits are possible again: one who takes it puts something in order and ends with its
    /// status. A further one ends waits as the first did, and one more the process.
    ///
    /// Waits a quarter of a second for the same signal to come again: timeout(1), and who hands a terminal's signals on, sends one
    /// request to stop to the process and to its group.
    /// - Returns: the signal; nil when there was none.
    package static func take() -> Int32? {
        guard signal != nil else { return nil }
        let taken = csystem_take_interrupt()
        do { try Poll.sleep(until: .after(.milliseconds(250))) } catch {
            if signal == taken { _ = csystem_take_interrupt() }
        }
        return taken
    }

    /// Has a signal that was taken end what is left, such as a shell around the command.
    package static func handBack(_ taken: Int32) {
        if signal == nil { raise(taken) }
    }

    /// Forgets a SIGINT, and that a command writes; never another signal. Looking and forgetting are one step: a SIGINT that came
    /// between the two would end nothing.
    /// - Returns: the signal that has come, forgotten or not; nil when there was none.
    package static func forget() -> Int32? {
        delayNotice.withLock { $0 = nil }
        return number(csystem_clear_interrupt())
    }

    /// The signal that has come; nil when there was none.
    package static var signal: Int32? { number(csystem_interrupt_signal()) }

    private static func number(_ signal: Int32) -> Int32? { signal == 0 ? nil : signal }

    /// Whether a command that writes was asked to stop a second time: it waits for nothing any more.
    package static var isInsistent: Bool { csystem_is_insistent() != 0 }

    /// Throws when a signal has come: for work that may never wait.
    package static func check() throws(LinkError) {
        if let signal { throw .interrupted(signal: signal) }
    }
}

// MARK: - The notice of a delay

extension Interruption {
    /// What is said when the end of a command is held up by a reply to a write.
    private struct DelayNotice {
        /// Says it; nil once it was said.
        var say: (@Sendable () -> Void)?
        /// When a wait noticed the signal first.
        var since: ContinuousClock.Instant?
    }

    private static let delayNotice = Mutex<DelayNotice?>(nil)

    /// How long a reply may hold up the end without a word.
    private static let silence = Duration.milliseconds(500)

    /// For a wait that a first signal does not end: gives the notice when it is due.
    ///
    /// - Returns: how long it may wait until the notice is due; nil where nothing is to be said.
    static func holdUp() -> Duration? {
        guard signal != nil else { return nil }
        var say: (@Sendable () -> Void)?
        let rest = delayNotice.withLock { notice -> Duration? in
            guard notice?.say != nil else { return nil }
            let since = notice?.since ?? .now
            notice?.since = since
            let rest = since + silence - .now
            guard rest <= .zero else { return rest }
            say = notice?.say
            notice?.say = nil
            return nil
        }
        say?()
        return rest
    }
}
