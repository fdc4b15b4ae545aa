import Redis
import Testing

@testable import Caracal

@Suite struct PendingFindingsTests {
    /// Where the list could not be walked to its end, all that is known lies below the limit.
    @Test(
        arguments: [
            (.exact(59_999), []), (.exact(60_000), ["over_idle"]), (.atLeast(60_000), ["over_idle"]),
            (.atLeast(59_999), ["idle_unknown"]), (.unknown, ["idle_unknown"]), (nil, []),
        ] as [(Quantity?, [String])]
    )
    func whetherALimitOnTheIdleTimeIsKeptToIsKnownOrSaidNotToBe(idle: Quantity?, codes: [String]) {
        let info = GroupInfo(name: Stuck.group, lastDeliveredID: .zero)
        var group = GroupStanding(stream: Stuck.stream, name: Stuck.group, info: info)
        group.oldestIdle = idle
        let findings = PendingFindings(limits: PendingLimits(maxIdle: 60_000)).findings(streams: [], groups: [group])
        #expect(findings.map(\.code.rawValue) == codes)
    }
}
