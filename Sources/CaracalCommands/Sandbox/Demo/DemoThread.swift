import Caracal
import Glibc
import Redis
import Synchronization

/// Makes rounds of a demo's traffic beside whatever runs in the sandbox, on a thread that no signal is delivered to.
final class DemoThread: Sendable {
    /// What the thread is given.
    private final class Work: Sendable {
        let endpoint: Endpoint
        let keys: [SignatureScheme: String]
        let isStopped = Atomic(false)

        init(endpoint: Endpoint, keys: [SignatureScheme: String]) {
            (self.endpoint, self.keys) = (endpoint, keys)
        }

        /// Until it is stopped, or the server has gone.
        func run() {
            guard var traffic = try? DemoTraffic(to: endpoint, keys: keys) else { return }
            while !isStopped.load(ordering: .relaxed) {
                let next = Deadline.after(DemoTraffic.interval)
                guard (try? traffic.makeRound()) != nil, (try? Poll.sleep(until: next)) != nil else { return }
            }
        }
    }

    private let handle: pthread_t?
    private let work: Work

    /// Starts it.
    init(to endpoint: Endpoint, keys: [SignatureScheme: String]) {
        work = Work(endpoint: endpoint, keys: keys)
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(work)
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            },
            argument.toOpaque()
        )
        pthread_sigmask(SIG_SETMASK, &before, nil)
        if status != 0 { argument.release() }
        handle = status == 0 ? thread : nil
    }

    /// Ends it, after the round that it makes.
    deinit {
        work.isStopped.store(true, ordering: .relaxed)
        if let handle { pthread_join(handle, nil) }
    }
}
