import Caracal

extension Incident {
    /// Entries that failed again and again, the next time for good, held by a consumer beside many more; another consumer is idle.
    ///
    /// - Parameters:
    ///   - held: how many entries the consumer holds.
    ///   - failing: how many of them are one delivery from the dead letter stream.
    package static func lastDelivery(held: Int = 12_000, failing: Int = 400) -> Incident {
        Incident(
            "audit-stopped",
            "Audit events stopped arriving.",
            page: "ONE DELIVERY FROM THE DEAD LETTERS",
            check: "deliveries"
        ) {
            bus in
            let stream = StreamTable["audit.events"]
            let holder = bus.reader(of: "audit-ingestor", on: stream)
            // Servers before 7.2 list a consumer once it was given something.
            try bus.publish(1, to: stream, minutes: 140...150)
            try bus.join(DemoBus.Reader(stream: "audit.events", group: holder.group, consumer: "audit-7d9f-q8m"))
            try bus.publish(held, to: stream, minutes: 2...130)
            let ids = try bus.deliver(to: holder)
            try bus.hold(ids.prefix(failing), by: holder, minutes: 120, tries: 7)
            try bus.hold(ids.dropFirst(failing), by: holder, minutes: 1, tries: 1)
            bus.getStuck(holder)
        }
    }
}
