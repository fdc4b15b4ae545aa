import Glibc
import Synchronization

/// A thread of the system's own: unlike a task it may block without keeping other tests from running.
package final class BackgroundThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    private let handle: pthread_t
    private let isJoined = Mutex(false)

    /// Starts it.
    package init(_ run: @escaping @Sendable () -> Void) {
        var handle = pthread_t()
        let body = Unmanaged.passRetained(Body(run: run)).toOpaque()
        pthread_create(
            &handle,
            nil,
            { body in
                if let body { Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run() }
                return nil
            },
            body
        )
        self.handle = handle
    }

    deinit {
        join()
    }

    /// Waits for its end.
    package func join() {
        isJoined.withLock { isJoined in
            if !isJoined { pthread_join(handle, nil) }
            isJoined = true
        }
    }

    /// Sends a signal to this thread alone.
    package func signal(_ number: Int32) {
        pthread_kill(handle, number)
    }
}
