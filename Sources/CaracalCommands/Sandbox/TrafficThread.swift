import Caracal
import Glibc
import Redis
import Synchronization

/// What happens on a sandbox's bus beside whatever runs in it.
protocol SandboxTraffic: SendableMetatype {
    /// How often a round is made.
    static var interval: Duration { get }

    /// Publishes and reads once. A refusal changes nothing: a user of the sandbox may have deleted a stream.
    mutating func makeRound() throws(RedisError)
}

/// Makes rounds of traffic beside whatever runs in the sandbox, on a thread that no signal is delivered to.
final class TrafficThread<Traffic: SandboxTraffic>: Sendable {
    /// What the thread is given.
    private final class Work: Sendable {
        let make: @Sendable () throws -> Traffic
        let isStopped = Atomic(false)

        init(_ make: @escaping @Sendable () throws -> Traffic) { self.make = make }

        /// Until it is stopped, or the server has gone.
        func run() {
            guard var traffic = try? make() else { return }
            while !isStopped.load(ordering: .relaxed) {
                let next = Deadline.after(Traffic.interval)
                guard (try? traffic.makeRound()) != nil, (try? Poll.sleep(until: next)) != nil else { return }
            }
        }
    }

    private let handle: pthread_t?
    private let work: Work

    /// Starts it.
    ///
    /// - Parameter make: makes the traffic, on the thread.
    init(_ make: @escaping @Sendable () throws -> Traffic) {
        work = Work(make)
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        var thread = pthread_t()
        let box = Unmanaged.passRetained(ThreadBody { [work] in work.run() })
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            },
            box.toOpaque()
        )
        pthread_sigmask(SIG_SETMASK, &before, nil)
        if status != 0 { box.release() }
        handle = status == 0 ? thread : nil
    }

    /// Ends it, after the round that it makes.
    deinit {
        work.isStopped.store(true, ordering: .relaxed)
        if let handle { pthread_join(handle, nil) }
    }
}

/// What a thread runs, whatever its traffic is.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
