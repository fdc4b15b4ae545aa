import Caracal
import RESP
import Redis

extension Incident {
    /// A service that takes a new consumer name at each start: thousands of names, some of which hold an entry for ever.
    ///
    /// - Parameters:
    ///   - names: how many consumers the group has, with the one that works.
    ///   - holding: how many of them hold an entry each.
    package static func leftOverNames(names: Int = 3001, holding: Int = 90) -> Incident {
        Incident(
            "revocations-slow",
            "The resource server is slow, and some revocations are never applied.",
            page: "CONSUMERS THAT LEFT THEIR NAMES",
            check: "stuck-consumers"
        ) { bus in
            let stream = StreamTable["sessions.revoke"]
            let group = "resource-revocation"
            let gone = (1..<names).map {
                DemoBus.Reader(stream: stream.shortName, group: group, consumer: "rs-\(10_000 + $0)")
            }
            try bus.send(gone.map { Command("XGROUP", "CREATECONSUMER", stream.name, group, $0.consumer) })
            try bus.publish(holding, to: stream, minutes: 100...150)
            for reader in gone.prefix(holding) {
                try bus.hold(bus.deliver(to: reader, atMost: 1)[...], by: reader, minutes: 100, tries: 1)
            }
            try bus.catchUp()
            try bus.silence(gone, minutes: 100)
        }
    }
}
