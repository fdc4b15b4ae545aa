import Glibc

extension ChildCommand {
    /// Runs the command to its end with our own standard streams, passing on every signal that asks us to stop.
    package func runInForeground() throws(SpawnError) -> Termination {
        let signals = SignalQueue()
        let child = try start()
        var watched = [
            pollfd(fd: child.endDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            _ = poll(&watched, nfds_t(watched.count), -1)
            while let signal = signals.next() { child.kill(signal) }
            if watched[0].revents != 0 { return child.wait() }
        }
    }
}
