import Glibc
import Redis
import RedisSandbox

/// Moves the bytes of one connection through a proxy, both ways, and lets its fault happen.
struct ProxiedConnection {
    let client: PeerConnection
    let server: PeerConnection
    let stopped: Latch
    let released: Latch
    let struck: Latch

    /// Runs until both directions have ended, the fault has ended them, or the proxy is stopped.
    func run(fault: Fault?) {
        var commands = ProxyLane(
            from: client.descriptor,
            to: server.descriptor,
            fault: fault?.direction == .toServer ? fault : nil
        )
        var replies = ProxyLane(
            from: server.descriptor,
            to: client.descriptor,
            fault: fault?.direction == .toClient ? fault : nil
        )
        announceFault(in: commands, replies)
        while !Self.isOver(commands, replies) {
            guard move(&commands, &replies) else { return }
            announceFault(in: commands, replies)
        }
        // A socket closed with unread bytes resets the other side, so both are read to their end first.
        server.drain()
        if commands.isReset || replies.isReset { client.resetWhenClosed() } else { client.drain() }
    }

    private func announceFault(in commands: ProxyLane, _ replies: ProxyLane) {
        if commands.hasStruck || replies.hasStruck { struck.open() }
    }

    private static func isOver(_ commands: ProxyLane, _ replies: ProxyLane) -> Bool {
        let isCut = (commands.isCut && commands.isDone) || (replies.isCut && replies.isDone)
        return isCut || (commands.isDone && replies.isDone)
    }

    /// Waits once and moves what can be moved; false when the proxy is stopped.
    private func move(_ commands: inout ProxyLane, _ replies: inout ProxyLane) -> Bool {
        let isHolding = commands.isHolding || replies.isHolding
        var watched = [
            watch(client.descriptor, reading: commands.wantsToRead, writing: replies.wantsToWrite),
            watch(server.descriptor, reading: replies.wantsToRead, writing: commands.wantsToWrite),
            pollfd(fd: isHolding ? released.descriptor : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopped.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let wakeTime = [commands.wakeTime, replies.wakeTime].compactMap(\.self).min()
        _ = poll(&watched, nfds_t(watched.count), wakeTime.map(Self.milliseconds) ?? -1)
        if watched[3].revents != 0 {
            // What was released before the stop still arrives.
            if watched[2].revents != 0 {
                commands.release()
                replies.release()
                if commands.wantsToWrite { commands.write() }
                if replies.wantsToWrite { replies.write() }
            }
            return false
        }
        if watched[0].revents != 0 && commands.wantsToRead { commands.read() }
        if watched[1].revents != 0 && replies.wantsToRead { replies.read() }
        if watched[1].revents != 0 && commands.wantsToWrite { commands.write() }
        if watched[0].revents != 0 && replies.wantsToWrite { replies.write() }
        if watched[2].revents != 0 || commands.wakeTime.map({ $0 <= .now }) ?? false { commands.release() }
        if watched[2].revents != 0 || replies.wakeTime.map({ $0 <= .now }) ?? false { replies.release() }
        return true
    }

    private func watch(_ descriptor: Int32, reading: Bool, writing: Bool) -> pollfd {
        let events = (reading ? POLLIN : 0) | (writing ? POLLOUT : 0)
        // A side that is not wanted must not be watched at all: its end would be reported for ever.
        return pollfd(fd: events == 0 ? -1 : descriptor, events: Int16(events), revents: 0)
    }

    private static func milliseconds(until time: ContinuousClock.Instant) -> Int32 {
        Deadline.after(time - .now).pollMilliseconds
    }
}
