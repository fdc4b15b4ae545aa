import CSystem
import Glibc
import Redis

/// What happens at a terminal while a program waits.
struct ScreenEvents {
    /// One thing that happened.
    enum Event: Equatable {
        case keys([Key])
        case resized
        case suspended
        /// The terminal is gone.
        case closed
        /// A signal asked to stop.
        case stopped(Int32)
        /// Nothing, until the deadline.
        case nothing
    }

    private let signals: Int32

    /// From now on the signals of a terminal are events.
    init() {
        Interruption.catchSignals()
        Interruption.catchHangups()
        signals = csystem_catch_terminal_signals()
    }

    /// Waits for the next event.
    func next(until deadline: Deadline) -> Event {
        while true {
            if let signal = Interruption.signal { return .stopped(signal) }
            var watched = [STDIN_FILENO, signals, csystem_interrupt_descriptor()].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let ready = poll(&watched, nfds_t(watched.count), deadline.pollMilliseconds)
            if let signal = Interruption.signal { return .stopped(signal) }
            if ready == 0 { return .nothing }
            if ready < 0 { continue }
            if watched[1].revents != 0, let event = signalled() { return event }
            if watched[0].revents != 0 { return typed() }
        }
    }

    private func signalled() -> Event? {
        let numbers = Self.read(signals).map { Int32($0) }
        if numbers.contains(SIGTSTP) { return .suspended }
        return numbers.contains(SIGWINCH) ? .resized : nil
    }

    private func typed() -> Event {
        let bytes = Self.read(STDIN_FILENO)
        return bytes.isEmpty ? .closed : .keys(KeyReader.keys(in: bytes))
    }

    private static func read(_ descriptor: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}
