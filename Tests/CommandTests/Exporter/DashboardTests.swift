import Caracal
import RedisSandbox
import Rendering
import TestSupport
import Testing

@testable import CaracalCommands

@Suite struct DashboardTests {
    @Test func noPanelLiesOnAnotherOrBeyondTheGrid() {
        var taken: Set<[Int]> = []
        for (title, _, place) in Dashboard().places {
            #expect(place.x >= 0 && place.x + place.width <= 24, "\(title)")
            for x in place.x..<place.x + place.width {
                for y in place.y..<place.y + place.height {
                    #expect(taken.insert([x, y]).inserted, "\(title) lies on another panel")
                }
            }
        }
    }

    @Test func eachMetricItAsksForIsOneOfOurs() {
        let names = Set(Metric.allCases.map(\.rawValue))
        for (title, panel, _) in Dashboard().places {
            for query in panel?.queries ?? [] {
                let asked = query.expression.split { !($0.isLetter || $0.isNumber || $0 == "_") }
                    .filter { $0.hasPrefix("caracal_") }
                #expect(!asked.isEmpty, "\(title)")
                #expect(asked.allSatisfy { names.contains(String($0)) }, "\(title): \(asked)")
            }
        }
    }

    /// Each is loaded as a rule: promtool has no other way to parse one.
    @Test func prometheusParsesEachQuestion() throws {
        let expressions = Dashboard().places.flatMap { $0.panel?.queries ?? [] }.map(\.expression)
        let rules = expressions.enumerated().map { index, expression in
            let settled = expression.replacing("$__rate_interval", with: "5m").replacing("$instance", with: ".*")
                .replacing("$stream", with: ".*")
            return "      - record: q\(index)\n        expr: '\(settled)'\n"
        }
        let folder = try TemporaryFolder()
        let file = try folder.write("q.yml", "groups:\n  - name: g\n    rules:\n" + rules.joined())
        let result = try Promtool.run("check", "rules", file)
        #expect(result.stdout == "Checking \(file)\n  SUCCESS: \(expressions.count) rules found\n\n")
        #expect(result.stderr == "")
    }

    /// By the models that Grafana publishes of its dashboards: whatever we write they read, and write again.
    @Test func grafanasOwnModelsReadEachMember() throws {
        let python = CommandRunner(Repository.root + "/.build-python/bin/python")
        let script = Repository.root + "/Tests/OutsideJudge/dashboard.py"
        let result = try python.run([script], input: Dashboard().json.prettyDocument())
        #expect(result.stderr == "")
        let panels = Dashboard().places.count
        #expect(result.stdout == "\(panels) panels, 3 variables\n")
    }

    @Test func theLimitsOfCheckAreItsColours() {
        let limits = CheckLimits(lag: Threshold(warning: 7, critical: 77))
        let panels = Dashboard(limits: limits).places.compactMap(\.panel)
        let steps = panels.first { $0.title == "Lag" }?.steps
        #expect(steps?.warning == 7)
        #expect(steps?.critical == 77)
    }
}
