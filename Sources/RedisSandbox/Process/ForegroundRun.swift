import CSystem
import Glibc
import Redis

extension ChildCommand {
    /// Runs the command to its end with our own standard streams, passing on every signal that asks us to stop. One that has come
    /// before ends it before it begins.
    package func runInForeground() throws(SpawnError) -> Termination {
        let signals = SignalQueue()
        if let signal = Interruption.signal { return .signalled(signal) }
        let child = try start()
        // What the terminal sent while there was no child has not reached it. One that gets it twice was to end anyway.
        while let signal = signals.next(evenOfTerminal: true) { child.kill(signal) }
        var watched = [
            pollfd(fd: child.endDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            _ = poll(&watched, nfds_t(watched.count), -1)
            while let signal = signals.next(evenOfTerminal: false) { child.kill(signal) }
            if watched[0].revents != 0 { return child.wait() }
        }
    }
}

/// While it exists, the signals that ask a process to stop no longer end this one: they queue up to be read.
///
/// Only for a process whose other threads block these signals too, as all threads of ours do. A signal that was ignored
/// (as under nohup) stays ignored.
private struct SignalQueue: ~Copyable {
    private let source: Descriptor
    private var before = sigset_t()

    init() {
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] where csystem_is_ignored(signal) == 0 {
            sigaddset(&wanted, signal)
        }
        pthread_sigmask(SIG_BLOCK, &wanted, &before)
        source = Descriptor(signalfd(-1, &wanted, Int32(SFD_CLOEXEC | SFD_NONBLOCK)))
    }

    deinit {
        var mask = before
        pthread_sigmask(SIG_SETMASK, &mask, nil)
    }

    /// Becomes readable when a signal has come.
    var descriptor: Int32 {
        source.number
    }

    /// The next signal that a process sent to this one alone. Those from the terminal are left out, unless they are wanted: the
    /// kernel gave them to the whole foreground group, so a child in it has them already.
    func next(evenOfTerminal: Bool) -> Int32? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        while read(source.number, &information, size) == size {
            if evenOfTerminal || information.ssi_code <= 0 { return Int32(information.ssi_signo) }
        }
        return nil
    }
}
