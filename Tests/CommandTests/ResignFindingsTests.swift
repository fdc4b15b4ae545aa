import Testing

@testable import Caracal
@testable import CaracalCommands

/// What bound stopped `publish --resign`, and how the rest is reached.
@Suite struct ResignFindingsTests {
    private static let next = Array("5-3".utf8)

    private func plan(_ cut: ResignPlan.Cut, isOpen: Bool = true, dropsOutboxID: Bool = false) -> ResignPlan {
        var plan = ResignPlan(stream: StreamTable["sessions.revoke"], dropsOutboxID: dropsOutboxID)
        plan.cut = cut
        plan.hasValid = true
        let obstacle: ResignPlan.Problem? = isOpen ? nil : .again(Array("9-9".utf8))
        plan.entries = [ResignPlan.Entry(id: Array("5-1".utf8), reason: nil, message: Message(), obstacle: obstacle)]
        return plan
    }

    private func last(_ plan: ResignPlan) -> String? { plan.findings.last.map { "\($0.message)" } }

    @Test func theLimitIsNamed() {
        #expect(last(plan(.limit(next: Self.next))) == "stopped at --limit; more entries match")
        #expect(
            last(plan(.limit(next: Self.next), dropsOutboxID: true))
                == "stopped at --limit; more entries match (continue with --since 5-3)"
        )
        #expect(ExitStatus(plan(.limit(next: nil)).findings) == .success)
    }

    @Test func theBoundOfBytesIsNamed() {
        #expect(
            last(plan(.bytes(next: Self.next)))
                == "stopped at 64 MiB of entries; more entries match (continue with --since 5-3)"
        )
        #expect(
            last(plan(.bytes(next: nil)))
                == "stopped at 64 MiB of entries; more entries match (pass the others in a run of their own)"
        )
        #expect(ExitStatus(plan(.bytes(next: Self.next)).findings) == .success)
    }

    /// Else a script would take it for the end.
    @Test func nothingToPublishBeforeTheBoundIsNoSuccess() {
        let plan = plan(.bytes(next: Self.next), isOpen: false)
        #expect(
            last(plan)
                == "stopped at 64 MiB of entries, none of which can be published; more entries match "
                + "(continue with --since 5-3)"
        )
        #expect(ExitStatus(plan.findings) == .finding)
    }
}
