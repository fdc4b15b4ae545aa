import Caracal
import Redis
import Rendering
import Text

/// The second part of what `memory` shows: the streams. All sizes are estimates.
struct MemoryStreamTable {
    private let report: ServerMemoryReport

    init(_ report: ServerMemoryReport) {
        self.report = report
    }

    var table: TextTable {
        var table = TextTable([
            Column("STREAM", isFlexible: true), Column("LENGTH", .right), Column("~BYTES", .right),
            Column("~ENTRY", .right, isDispensable: true), Column("~PENDING", .right, isDispensable: true),
            Column("BOUND", .right),
            Column("~AT BOUND", .right), Column("BOUND THAT FITS", .right),
        ])
        for stream in report.streams { table.append(row(stream)) }
        return table
    }

    private func row(_ stream: StreamMemory) -> [Cell] {
        let definition = stream.observed.definition
        let name = Cell(definition.shortName)
        guard let info = stream.observed.state.info else {
            let size = stream.bytes.map { Cell(Format.size($0)) } ?? ""
            return [name, Cell(stream.observed.state.problem ?? "", style: .red), size]
        }
        return [
            name, Cell(count: Int(clamping: info.length)), Self.size(stream.bytes),
            stream.bytesPerEntry.map { Cell(Format.grouped(Int(saturating: $0)) + " B") } ?? "-",
            Self.size(stream.pendingBytes),
            Cell(definition.bound.map { Format.grouped(UInt($0)) } ?? "-"),
            definition.bound == nil ? "-" : Self.size(stream.bytesAtBound), largestBound(definition),
        ]
    }

    private func largestBound(_ stream: StreamDefinition) -> Cell {
        // Zero: the others alone do not fit, and no bound of this one can help.
        guard let largest = report.forecast.largestBounds[stream.name], largest > 0 else { return "-" }
        let isTooSmall = largest < stream.bound ?? 0
        return Cell(Format.grouped(UInt(largest)), style: isTooSmall ? .yellow : nil)
    }

    private static func size(_ bytes: UInt64?) -> Cell {
        Cell(bytes.map(Format.size) ?? "unknown")
    }
}
