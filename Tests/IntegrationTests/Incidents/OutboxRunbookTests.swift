import CaracalCommands
import RESP
import RedisSandbox
import TestSupport
import Testing

/// A page of the runbook on the outboxes, and what each of its lines comes to on the incident that it is about.
struct OutboxPage: Sendable, CustomStringConvertible {
    /// A line as it stands on the page, and the status with which it ends.
    typealias Line = (text: String, status: Int32)

    let incident: Incident
    /// Every line of the page, in its order.
    let lines: [Line]
    /// How many messages the incident kept from the bus, by stream.
    let missing: [String: Int64]
    var description: String { incident.name }

    static let all = [
        OutboxPage(
            incident: .crashedServer(),
            lines: [
                ("caracalctl doctor --only outbox-lost", 1), ("caracalctl outbox reconcile --since 2h", 1),
                ("caracalctl doctor", 1),
                ("caracalctl outbox reconcile --since 2h --requeue --dry-run", 0),
                ("caracalctl outbox reconcile --since 2h --requeue", 0),
                ("caracalctl outbox reconcile --since 2h --requeue --unknown --dry-run", 0),
                ("caracalctl outbox reconcile --since 2h --requeue --unknown", 0), ("caracalctl outbox", 0),
                ("caracalctl outbox dispatch --once", 0),
            ],
            missing: ["sessions.revoke": 6, "policy.invalidate": 6, "audit.events": 6]
        ),
        OutboxPage(
            incident: .flushedServer(),
            lines: [
                ("caracalctl outbox reconcile --since 6h", 1), ("caracalctl provision --check", 0),
                ("caracalctl outbox reconcile --since 6h --stream sessions.revoke", 1),
                ("caracalctl outbox reconcile --since 6h --stream sessions.revoke --requeue", 0),
                ("caracalctl outbox reconcile --since 6h --requeue", 0), ("caracalctl outbox", 0),
            ],
            // Those that the bus had before are lost as well.
            missing: ["sessions.revoke": 100, "policy.invalidate": 100, "agents.lifecycle": 100]
        ),
        OutboxPage(
            incident: .deadRows(),
            lines: [
                ("caracalctl outbox", 0), ("caracalctl outbox ls --dead", 0), ("caracalctl doctor", 1),
                ("caracalctl outbox requeue --dead --dry-run", 0), ("caracalctl outbox requeue --dead", 0),
                ("caracalctl outbox", 0), ("caracalctl outbox dispatch --once", 0), ("caracalctl outbox ls --dead", 0),
            ],
            missing: ["sessions.revoke": 12, "agents.lifecycle": 12, "keys.invalidate": 5]
        ),
        OutboxPage(
            incident: .vanishedWorker(),
            lines: [
                ("caracalctl outbox", 0), ("caracalctl outbox ls --locked", 0),
                ("caracalctl outbox unlock --dry-run", 0), ("caracalctl outbox unlock", 0),
                ("caracalctl outbox dispatch --once --dry-run", 0), ("caracalctl outbox dispatch --once", 0),
                ("caracalctl outbox", 0),
            ],
            missing: ["policy.invalidate": 122]
        ),
    ]
}

/// The pages of the runbook on the outboxes, typed line by line on the incident that each is about: afterwards every message is on
/// the bus, once.
@Suite struct OutboxRunbookTests {
    @Test(arguments: OutboxPage.all)
    func thePageSolvesItsIncident(page: OutboxPage) throws {
        #expect(try Self.lines(of: page.incident.page) == page.lines.map(\.text))
        let bus = try IncidentBus(.v8_2, [page.incident])
        let before = try Self.lengths(bus, page.missing.keys)
        for line in page.lines {
            // Nothing is unknown here: it does not ask, and would want a terminal for that.
            let typed = line.text.hasSuffix("--unknown") ? "\(line.text) --yes" : line.text
            let result = try Self.asks(line.text) ? bus.confirm(line.text) : bus.type(typed)
            #expect(result.status == line.status, "\(line.text): \(result)")
        }
        // What the services do where they run.
        #expect(try bus.type("caracalctl outbox dispatch --once --yes").status == 0)
        let after = try Self.lengths(bus, page.missing.keys)
        #expect(after == before.merging(page.missing) { $0 + $1 })
        let left = try bus.findings().filter { $0.check.hasPrefix("outbox-") && $0.status != "note" }
        #expect(left.isEmpty, "\(left)")
        let settled = try bus.run("outbox", "reconcile")
        #expect(settled.status == 0)
        #expect(settled.stdout.hasSuffix(" present\n"), "\(settled.stdout)")
    }

    /// The lines of a page that begin with a dollar sign.
    private static func lines(of page: String) throws -> [String] {
        let runbook = String(
            decoding: try TemporaryFolder.read("\(Repository.root)/man/caracalctl-runbook.7"),
            as: UTF8.self
        )
        let pages = runbook.split(separator: ".SH \"")
        let text = try #require(pages.first { $0.hasPrefix("\(page)\"\n") })
        return text.split(separator: "\n").filter { $0.hasPrefix("$ ") }
            .map { String($0.dropFirst(2)).replacing("\\-", with: "-") }
    }

    /// Whether a line asks before it changes anything. Nothing is unknown in these incidents.
    private static func asks(_ line: String) -> Bool {
        ["requeue", "unlock", "dispatch"].contains(where: line.contains)
            && !["--dry-run", "--unknown"].contains(where: line.contains)
    }

    private static func lengths(_ bus: IncidentBus, _ streams: some Sequence<String>) throws -> [String: Int64] {
        try Dictionary(
            uniqueKeysWithValues: streams.map { ($0, try bus.server.send("XLEN caracal.\($0)")[0].root.integer ?? 0) }
        )
    }
}
