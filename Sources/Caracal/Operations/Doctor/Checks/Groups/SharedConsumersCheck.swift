import Redis
import Text

extension HealthCheck {
    static let sharedConsumers = HealthCheck(
        "shared-consumers",
        subject: "Signs that two connections read as one consumer.",
        reason: """
            Each instance needs a consumer name of its own: two that share one split its entries between them, and each \
            takes the other's pending entries for its own. The server does not tell which consumer a connection reads \
            as. Seen are only: more connections waiting in XREADGROUP than there are consumers (from Redis 7.2 on, where \
            waiting is enough to be listed), and two waiting connections whose client name is that of a consumer. \
            Services that poll, and sharing below these numbers, go unnoticed.
            """,
        remedy: "Give each instance its own name: its host name, or its pod's."
    ) { examination in
        guard let clients = examination.clients.value else {
            return Inspection(ServerFact(examination.clients) { $0 }, "whether consumers are shared", "CLIENT LIST")
        }
        let groups = examination.pending.groups
        guard !groups.contains(where: { $0.info != nil && $0.consumers == nil }) else {
            return .unseen("whether consumers are shared is not known: not all of them could be listed")
        }
        let names = groups.flatMap { $0.consumers ?? [] }.map(\.info.name)
        let waiting = clients.filter(\.waitsForGroup)
        var inspection = Inspection(of: groups.filter { $0.info != nil }) { _ in [] }
        inspection.miss(examination.pending.streams, "the consumers")
        inspection.add(
            Inspection(of: waiting.isEmpty ? [] : [waiting]) {
                sameNames($0, names) + surplus($0.count, names.count, examination)
            }
        )
        return inspection.or("there is no sign of a shared consumer")
    }

    private static func sameNames(_ waiting: [ClientInfo], _ consumers: [[UInt8]]) -> [CheckOutcome] {
        let known = Set(consumers)
        var counts: [[UInt8]: Int] = [:]
        for client in waiting where known.contains(client.name) { counts[client.name, default: 0] += 1 }
        return counts.filter { $0.value > 1 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { name, count in
            CheckOutcome(
                .warning,
                "\(count) connections that call themselves \(name) wait for entries, and a consumer has that name",
                evidence: "CLIENT LIST: cmd=xreadgroup, name=\(name)",
                fix: "give each instance a consumer name of its own"
            )
        }
    }

    private static func surplus(_ waiting: Int, _ consumers: Int, _ examination: Examination) -> [CheckOutcome] {
        // Older servers list a consumer only once it has been given something.
        guard examination.servers.allSatisfy({ $0.server.version?.listsWaitingConsumers ?? false }),
            waiting > consumers
        else { return [] }
        return [
            CheckOutcome(
                .warning,
                "\(waiting) connections wait for entries of groups, and there are only \(consumers) consumers: some share one, or read streams outside the table",
                evidence: "CLIENT LIST: \(waiting) blocked in xreadgroup",
                fix: "give each instance a consumer name of its own"
            )
        ]
    }
}
