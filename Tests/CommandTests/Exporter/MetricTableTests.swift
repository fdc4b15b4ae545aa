import RedisSandbox
import Rendering
import TestSupport
import Testing

@testable import CaracalCommands

@Suite struct MetricTableTests {
    @Test func namesAndUnitsFollowPrometheusConventions() {
        for metric in Metric.allCases {
            let (name, unit) = (metric.rawValue, metric.definition.unit)
            #expect(name.hasPrefix("caracal_"))
            #expect(name.allSatisfy { $0 == "_" || $0.isNumber || $0.isLowercase }, "\(name)")
            #expect(name.hasSuffix("_total") == (metric.kind == .counter), "\(name)")
            #expect(name.hasSuffix("_bytes") == (unit == .bytes), "\(name)")
            #expect(name.hasSuffix("_timestamp_seconds") == (unit == .unixTime), "\(name)")
            #expect(name.hasSuffix("_seconds") == (unit == .seconds || unit == .unixTime), "\(name)")
            #expect(name.hasSuffix("_ratio") == (unit == .ratio), "\(name)")
            #expect(name.hasSuffix("_info") == (unit == .one), "\(name)")
            #expect(metric.definition.help.hasSuffix("."), "\(name)")
        }
    }

    @Test func theManualListsEachMetricAsItIs() throws {
        let page = String(
            decoding: try TemporaryFolder.read(Repository.root + "/man/caracalctl-metrics.7"),
            as: UTF8.self
        )
        let list = Metric.allCases.map(Self.item).joined()
        #expect(page.contains(list + ".SH \"SEE ALSO\"\n"), "METRICS in man/caracalctl-metrics.7 is to be:\n\(list)")
    }

    private static func item(_ metric: Metric) -> String {
        let (definition, kind) = (metric.definition, metric.kind.rawValue)
        let labels = definition.labels.isEmpty ? "" : "; \(definition.labels.joined(separator: ", "))"
        let help = definition.help.replacing("-", with: "\\-").replacing("'", with: "\\(aq")
        return ".TP\n.B \(metric)\n\(kind), \(definition.unit.rawValue)\(labels).\n\(help)\n"
    }
}
