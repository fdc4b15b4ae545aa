import Caracal
import RedisSandbox
import TestSupport
import Testing

@testable import CaracalCommands

/// Prometheus's own promtool reads the rules, and plays series to them. Without it these fail: `make test` fetches it.
@Suite struct AlertRuleTests {
    @Test(arguments: [
        CheckLimits(),
        CheckLimits(
            lag: .off,
            pending: Threshold(warning: 7, critical: nil),
            oldest: Threshold(warning: nil, critical: 1_500),
            deadLetters: .off,
            memory: Threshold(warning: 855_000, critical: nil),
            outboxDead: .off,
            outboxOldest: .off
        ),
    ])
    func promtoolTakesTheRulesOfAnyLimits(limits: CheckLimits) throws {
        let rules = AlertRules(limits: limits)
        let folder = try TemporaryFolder()
        let file = try folder.write("caracal.yml", rules.text)
        let result = try Promtool.run("check", "rules", file)
        let count = rules.groups.reduce(0) { $0 + $1.rules.count }
        #expect(result.status == 0)
        #expect(result.stdout == "Checking \(file)\n  SUCCESS: \(count) rules found\n\n")
        #expect(result.stderr == "")
    }

    @Test func theLimitsOfCheckAreThoseOfTheRules() throws {
        let limits = CheckLimits(oldest: Threshold(warning: 1_500, critical: 60_000), memory: .off)
        let rules = AlertRules(limits: limits, requiresSignatures: false).groups.flatMap(\.rules)
        let oldest = rules.filter { $0.name == "CaracalOldestPending" }
        #expect(oldest.map(\.severity) == [.warning, .critical])
        #expect(oldest.map { $0.expression.contains("> 1.5 and") } == [true, false])
        #expect(oldest.map { $0.expression.contains("> 60 and") } == [false, true])
        #expect(!rules.contains { ["CaracalMemory", "CaracalUnsignedEntries"].contains($0.name) })
    }

    @Test func eachAlertFiresOnItsCaseAndNotOnTheQuietOne() throws {
        let rules = AlertRules().groups.flatMap(\.rules)
        for rule in rules {
            let cases = AlertCase.all.filter { $0.alert == rule.name }
            #expect(
                cases.contains { $0.fires.contains("\(rule.name) \(rule.severity.rawValue)") },
                "\(rule.name) fires"
            )
            #expect(cases.contains { $0.fires.isEmpty }, "\(rule.name) keeps quiet")
        }
        let folder = try TemporaryFolder()
        _ = try folder.write("rules.yml", AlertRules().text)
        let file = try folder.write("tests.yml", AlertCase.file(rules: "rules.yml"))
        let result = try Promtool.run("test", "rules", file)
        #expect(result.status == 0, "\(result.stdout) \(result.stderr)")
    }

    @Test func aNotificationNamesTheGroupTheFigureAndTheRunbook() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("rules.yml", AlertRules().text)
        let file = try folder.write(
            "tests.yml",
            """
            rule_files: [rules.yml]
            tests:
              - interval: 1m
                input_series:
                  - {series: 'caracal_up', values: '1+0x20'}
                  - {series: 'caracal_group_counted{stream="s",group="it''s"}', values: '1+0x20'}
                  - {series: 'caracal_group_lag_entries{stream="s",group="it''s",quality="exact"}', values: '2500000+0x20'}
                alert_rule_test:
                  - eval_time: 20m
                    alertname: CaracalLag
                    exp_alerts:
            \(["warning", "critical"].map(Self.expected).joined(separator: "\n"))

            """
        )
        let result = try Promtool.run("test", "rules", file)
        #expect(result.status == 0, "\(result.stdout) \(result.stderr)")
    }

    private static func expected(_ severity: String) -> String {
        """
                      - exp_labels: {stream: s, group: "it's", severity: \(severity)}
                        exp_annotations:
                          summary: 2500000 entries wait for it's of s
                          description: 'Its readers are too slow, or gone. Type: caracalctl pending'
                          runbook: 'man 7 caracalctl-runbook: A GROWING PENDING ENTRIES LIST'
        """
    }

    @Test func eachRunbookIsASectionOfItsPage() throws {
        let page = String(
            decoding: try TemporaryFolder.read(Repository.root + "/man/caracalctl-runbook.7"),
            as: UTF8.self
        )
        for rule in AlertRules().groups.flatMap(\.rules) {
            #expect(page.contains("\n.SH \"\(rule.runbook.rawValue)\"\n"), "\(rule.name)")
        }
    }
}

/// Prometheus's tool.
enum Promtool {
    static func run(_ arguments: String..., input: String = "") throws -> CommandResult {
        try CommandRunner(Repository.root + "/.build-servers/prometheus/promtool").run(arguments, input: input)
    }
}
