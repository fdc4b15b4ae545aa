import Caracal

extension Incident {
    /// A publisher signs with a key that the consumers do not have: they acknowledge its messages and skip them.
    ///
    /// - Parameters:
    ///   - stream: where it publishes.
    ///   - valid: how many messages before have a signature that holds.
    ///   - invalid: how many were signed with the other key.
    ///   - isInterleaved: whether the publisher with the right key goes on beside it.
    package static func anotherKey(
        on stream: String = "sessions.revoke",
        valid: Int = 100,
        invalid: Int = 50,
        isInterleaved: Bool = false
    ) -> Incident {
        Incident(
            "revoked-still-accepted",
            "Sessions that were revoked are still accepted.",
            page: "A PUBLISHER WITH ANOTHER KEY",
            check: "signatures"
        ) { bus in
            let stream = StreamTable[stream]
            try bus.publish(valid, to: stream, minutes: 60...150)
            if isInterleaved {
                for number in 0..<2 * UInt64(invalid) {
                    let time = bus.now - 55 * 60_000 + number * 1000
                    try bus.publish(to: stream, at: time, signer: number % 2 == 0 ? .stranger : .services)
                }
            } else {
                try bus.publish(invalid, to: stream, minutes: 5...55, signer: .stranger)
            }
            // The others have the key that they had: only that shows whose key is another.
            for name in ["policy.invalidate", "agents.lifecycle"] where StreamTable[name].key != stream.key {
                try bus.publish(20, to: StreamTable[name], minutes: 4...56)
            }
            try bus.catchUp()
        }
    }
}
