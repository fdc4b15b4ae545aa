import Caracal
import Redis
import Rendering

/// How `memory` shows its report.
struct MemoryPresentation: Presentable {
    let report: MemoryReport
    let server: ServerPresentation
    /// Whether only findings are wanted, which are said elsewhere.
    let problemsOnly: Bool
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        guard !problemsOnly else { return "" }
        let server = MemoryServerTable(report).table
        return [server, MemoryStreamTable(report).table, MemoryForecastTable(report).table]
            .map { $0.render(look) }.joined(separator: "\n")
    }
}

extension ServerFact {
    /// The fact in words: `not permitted` and `unknown` where there is none. The words of `show` must be printable.
    func text(_ show: (Value) -> String) -> String {
        switch self {
        case .known(let value): show(value)
        case .notPermitted: "not permitted"
        case .unknown: "unknown"
        }
    }
}

extension Format {
    /// A size that may be beyond what an `Int` holds.
    static func size(_ bytes: UInt64) -> String {
        size(bytes: Int(clamping: bytes))
    }
}

extension Int {
    /// The nearest whole number there is: what is reckoned from numbers of the wire may be anything.
    init(saturating value: Double) {
        self = Int(exactly: value.rounded()) ?? (value > 0 ? .max : value < 0 ? .min : 0)
    }
}
