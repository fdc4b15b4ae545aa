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
            stage in
            let stream = StreamTable["audit.events"]
            let holder = stage.reader(of: "audit-ingestor", on: stream)
            // Servers before 7.2 list a consumer once it was given something.
            try stage.publish(1, to: stream, minutes: 140...150)
            try stage.join(DemoCast.Reader(stream: "audit.events", group: holder.group, consumer: "audit-7d9f-q8m"))
            try stage.publish(held, to: stream, minutes: 2...130)
            let ids = try stage.deliver(to: holder)
            try stage.hold(ids.prefix(failing), by: holder, minutes: 120, tries: 7)
            try stage.hold(ids.dropFirst(failing), by: holder, minutes: 1, tries: 1)
            stage.getStuck(holder)
        }
    }
}
