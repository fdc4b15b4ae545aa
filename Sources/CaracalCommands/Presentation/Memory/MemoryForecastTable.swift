import Caracal
import Redis
import Rendering
import Text

/// The last part of what `memory` shows: what is to come.
struct MemoryForecastTable {
    private let report: ServerMemoryReport

    init(_ report: ServerMemoryReport) {
        self.report = report
    }

    var table: TextTable {
        var table = TextTable([Column(""), Column("", isFlexible: true)])
        table.append(["AT ALL BOUNDS", Cell(sum, style: report.forecast.fits == false ? .yellow : nil)])
        table.append(["FULL", Cell(end)])
        if let growth = report.growth { table.append(["GROWTH", Cell(Self.text(growth))]) }
        return table
    }

    private var sum: String {
        let forecast = report.forecast
        let more = forecast.unmeasured.isEmpty && forecast.untold.isEmpty ? "" : "at least "
        guard let streams = forecast.bytesAtBounds else { return "unknown: no stream could be measured" }
        guard let needed = forecast.neededBytes else { return "\(more)\(Format.size(streams)) for the streams" }
        guard let other = forecast.otherBytes else {
            return "\(more)\(Format.size(needed)), \(more)\(Format.size(streams)) of it for the streams; \(verdict)"
        }
        let headroom = Format.percentage(Int((report.rules.headroom * 1000).rounded()), of: 1000) ?? "0%"
        return "\(more)\(Format.size(needed)): streams \(Format.size(streams)), "
            + "the rest \(Format.size(other)), headroom \(headroom); \(verdict)"
    }

    private var verdict: String {
        switch (report.forecast.fits, report.server.limit.value) {
        case (true?, _): "fits"
        case (false?, _): "does not fit"
        case (nil, 0?): "no maxmemory to fit into"
        case (nil, nil): "maxmemory is not known"
        case (nil, _) where !report.forecast.untold.isEmpty: "whether it fits is not known"
        case (nil, _): "fits as far as it can be measured"
        }
    }

    private var end: String {
        switch report.forecast.end {
        case .never: "not at this rate"
        case .after(let milliseconds): "in \(Format.duration(milliseconds: Int(clamping: milliseconds))) at this rate"
        case .unknown where report.rules.ratePeriod == nil: "not measured (--rate 10s)"
        case .unknown: "unknown"
        }
    }

    private static func text(_ growth: Growth) -> String {
        let added = growth.added.values.reduce(0, +)
        let entries = "\(Format.grouped(Int(saturating: added))) entries/s"
        let bytes = growth.usedBytes.map { "\(Format.size(bytes: Int(saturating: $0)))/s" } ?? "unknown"
        return "\(entries), memory \(bytes), over \(Format.duration(milliseconds: Int(clamping: growth.milliseconds)))"
    }
}
