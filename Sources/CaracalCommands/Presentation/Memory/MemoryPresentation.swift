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
