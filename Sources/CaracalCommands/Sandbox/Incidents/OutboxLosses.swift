import Caracal
import Redis

extension Incident {
    /// The machine of Redis lost its power: what the last second had brought is marked as published, and is in no stream.
    ///
    /// - Parameters:
    ///   - lost: how many messages of each stream were published in that second.
    ///   - before: how many before it, and how many after it.
    package static func crashedServer(lost: Int = 6, before: Int = 40) -> Incident {
        Incident(
            "revocations-missing",
            "Since the machine of Redis restarted, a few revocations have had no effect, and nobody logs an error.",
            page: "MESSAGES LOST WHEN REDIS CRASHED",
            check: "outbox-lost",
            needsDatabase: true
        ) { bus in
            let streams = ["sessions.revoke", "policy.invalidate", "audit.events"].map { StreamTable[$0] }
            for stream in streams { try bus.publish(before, to: stream, minutes: 21...80) }
            try bus.catchUp()
            try bus.lose {
                for stream in streams { try bus.publish(lost, to: stream, minutes: 20...20) }
            }
            // Redis 7.0 forgets in a restart what groups have read, until they have read on.
            let others = ["keys.invalidate", "agents.lifecycle"].map { StreamTable[$0] }
            for stream in streams + others { try bus.publish(before, to: stream, minutes: 1...19) }
            try bus.catchUp()
        }
    }

    /// Somebody emptied Redis and made the streams anew: hours of published rows are in no stream.
    ///
    /// - Parameters:
    ///   - lost: how many messages of each stream there were.
    ///   - since: how many came after it.
    package static func flushedServer(lost: Int = 60, since: Int = 20) -> Incident {
        Incident(
            "bus-empty",
            "Somebody has flushed the wrong Redis. Streams and groups are back, and the consumers are idle.",
            page: "MESSAGES LOST WHEN REDIS WAS FLUSHED",
            check: "outbox-lost",
            needsDatabase: true
        ) { bus in
            let streams = ["sessions.revoke", "policy.invalidate", "agents.lifecycle"].map { StreamTable[$0] }
            for stream in streams { try bus.publish(lost, to: stream, minutes: 16...150) }
            try bus.send("FLUSHALL")
            try bus.provision()
            for stream in streams { try bus.publish(since, to: stream, minutes: 1...15) }
            try bus.catchUp()
        }
    }

    /// Redis was away for two hours and a half: the Coordinator's rows of that time are dead, and the first ones of the API, whose
    /// hundred attempts are used up.
    ///
    /// - Parameters:
    ///   - coordinator: how many rows of the Coordinator.
    ///   - api: how many of the API.
    package static func deadRows(coordinator: Int = 24, api: Int = 5) -> Incident {
        Incident(
            "coordinator-unready",
            "The Coordinator has answered /ready with 503 since Redis was away, though Redis is well again.",
            page: "DEAD ROWS IN AN OUTBOX",
            check: "outbox-dead",
            needsDatabase: true
        ) { bus in
            for name in ["sessions.revoke", "agents.lifecycle"] {
                try bus.enqueue(coordinator / 2, for: StreamTable[name], minutes: 31...180) { _, _ in
                    .dead(attempts: 10, error: "")
                }
            }
            try bus.enqueue(api, for: StreamTable["keys.invalidate"], minutes: 170...180) { _, _ in
                .dead(attempts: 100, error: "connect ECONNREFUSED 10.0.3.17:6379")
            }
            for name in ["sessions.revoke", "policy.invalidate"] {
                try bus.publish(20, to: StreamTable[name], minutes: 1...30)
            }
            try bus.catchUp()
        }
    }

    /// A worker of the API is gone, with rows in its hand, and no other one is at work.
    ///
    /// - Parameters:
    ///   - locked: how many rows it holds; its locks ran out.
    ///   - waiting: how many came since.
    package static func vanishedWorker(locked: Int = 32, waiting: Int = 90) -> Incident {
        Incident(
            "policies-late",
            "Policies that were changed this morning still have no effect. The API answers as if all were well.",
            page: "A WORKER GONE WITH ITS LOCKS",
            check: "outbox-waiting",
            needsDatabase: true
        ) { bus in
            let stream = StreamTable["policy.invalidate"]
            try bus.publish(30, to: stream, minutes: 41...90)
            let end = bus.now - 39 * 60_000
            try bus.enqueue(locked, for: stream, minutes: 40...41) { _, _ in
                .locked(by: "api-6f4c9b-q7d2x", until: end)
            }
            try bus.enqueue(waiting, for: stream, minutes: 1...39) { _, _ in .waiting }
            bus.stopDispatcher(of: .api)
            try bus.catchUp()
        }
    }
}
