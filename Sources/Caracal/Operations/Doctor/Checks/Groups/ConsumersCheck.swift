import Redis
import Text

extension HealthCheck {
    static let consumers = HealthCheck(
        "consumers",
        subject:
            "Groups of public services that no consumer has joined, and consumers that left nothing but their name.",
        reason: """
            A group without consumers stands still as soon as something is published. Servers before 7.2 list a \
            consumer only once it was given an entry. Names that are left over do no harm, but hide who is there.
            """,
        remedy:
            "Start the services. XGROUP DELCONSUMER removes a name; never one with pending entries: they go with it."
    ) { examination in
        var inspection = examination.inspectGroups("the consumers") { group in
            guard group.consumers == nil else { return [] }
            let finding: Evidence = "the consumers of \(group.title) are not known"
            return [CheckOutcome(.unknown, finding, stream: group.stream.name)]
        }
        let idle = examination.counted.filter { $0.info?.consumers == 0 && !$0.lag.isCertainly(atLeast: 1) }
        let left = examination.counted.flatMap { group in
            (group.consumers ?? []).filter { $0.state == .gone && $0.info.pending == 0 }.map { (group, $0.info) }
        }
        if !idle.isEmpty {
            let names = idle.map(\.title).joined(separator: ", ")
            inspection.saw([CheckOutcome(.note, "no consumer is listed for \(names)")])
        }
        if let (group, consumer) = left.first {
            let fix: TerminalText =
                "\(RedisCLI.text) XGROUP DELCONSUMER \(group.stream.name) \(ShellWord.quoted(group.name)) \(ShellWord.quoted(consumer.name)) # it holds nothing now; what it is given until then would go with it"
            let others = left.count > 1 ? " and \(left.count - 1) more" : ""
            let finding: Evidence =
                "consumers are gone and left their names: \(consumer.name) in \(group.title)\(others)"
            inspection.saw([CheckOutcome(.note, finding, fix: fix)])
        }
        return inspection.or("every group has its consumers")
    }
}
