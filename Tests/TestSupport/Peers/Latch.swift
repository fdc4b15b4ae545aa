import Glibc
import Redis
import RedisSandbox
import Synchronization

/// Something that happens once, and stays so: threads wait for it instead of sleeping.
package final class Latch: Sendable {
    private let output: Descriptor
    private let input: Descriptor
    private let isOpen = Atomic(false)

    /// One that has not happened yet.
    package init() throws {
        let ends = try Pipe()
        input = Descriptor(dup(ends.input.number))
        output = ends.takeOutput()
    }

    /// Lets it happen; a second time changes nothing.
    package func open() {
        if !isOpen.exchange(true, ordering: .sequentiallyConsistent) { _ = write(input.number, "!", 1) }
    }

    /// Waits until it has happened; false when that takes longer than `time`.
    package func wait(for time: Duration = .seconds(120)) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let deadline = Deadline.after(time)
        while true {
            let count = poll(&watched, 1, deadline.pollMilliseconds)
            // A signal to this process says nothing of the latch.
            if count >= 0 || errno != EINTR { return count == 1 }
        }
    }

    /// Readable, for poll(2), once it has happened.
    var descriptor: Int32 {
        output.number
    }

    /// Waits until a descriptor is ready for poll(2) events; false when the latch opens first.
    func wait(orFor events: Int16, on other: Int32, milliseconds: Int32 = -1) -> Bool {
        var watched = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: events, revents: 0),
        ]
        while poll(&watched, 2, milliseconds) < 0 {}
        return watched[0].revents == 0
    }
}
