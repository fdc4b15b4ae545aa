import Glibc

/// The zone in which times are shown to a person. What a program reads is always UTC.
package enum ClockZone: Sendable, Equatable {
    case utc
    /// The operator's: of `TZ`, or of the machine.
    case local

    /// Milliseconds to add to a moment's Unix time for what its clocks show.
    package func offset(at milliseconds: Int) -> Int {
        guard self == .local else { return 0 }
        var (time, parts) = (time_t(milliseconds / 1000), tm())
        guard localtime_r(&time, &parts) != nil else { return 0 }
        return parts.tm_gmtoff * 1000
    }

    /// What tells the zone at a moment: `UTC`, `+02:00`.
    package func name(at milliseconds: Int) -> String {
        self == .utc ? "UTC" : Self.text(offset(at: milliseconds) / 60_000)
    }

    /// A moment as RFC 3339 has it, with the zone's offset: `2026-01-03T14:47:05.939+02:00`; in UTC it ends with `Z`.
    /// - Returns: `nil` outside the years 0 to 9999.
    package func timestamp(milliseconds: Int) -> String? {
        guard self == .local else { return Format.timestamp(milliseconds: milliseconds) }
        let offset = offset(at: milliseconds)
        let (shifted, isTooLarge) = milliseconds.addingReportingOverflow(offset)
        return isTooLarge
            ? nil : Format.timestamp(milliseconds: shifted).map { $0.dropLast() + Self.text(offset / 60_000) }
    }

    /// The same of the unsigned milliseconds of an entry id.
    package func timestamp(milliseconds: UInt64) -> String? {
        Int(exactly: milliseconds).flatMap { timestamp(milliseconds: $0) }
    }

    /// Two moments to the second, the date once where it is the same and with the zone: `2026-01-03 14:00:00 to 15:30:00 UTC`; one where
    /// they are the same.
    package func span(from first: Int, to last: Int) -> String {
        guard let start = parts(first), let end = parts(last) else { return "unknown" }
        if start == end { return "\(start.day) \(start.clock) \(start.zone)" }
        let day = end.day == start.day ? "" : "\(end.day) "
        let zone = end.zone == start.zone ? "" : " \(start.zone)"
        return "\(start.day) \(start.clock)\(zone) to \(day)\(end.clock) \(end.zone)"
    }

    private func parts(_ milliseconds: Int) -> (day: Substring, clock: Substring, zone: String)? {
        timestamp(milliseconds: milliseconds).map {
            ($0.prefix(10), $0.dropFirst(11).prefix(8), name(at: milliseconds))
        }
    }

    /// Minutes east of UTC.
    private static func text(_ minutes: Int) -> String {
        let magnitude = Int(minutes.magnitude)
        return (minutes < 0 ? "-" : "+") + Format.zeroPadded(magnitude / 60, 2) + ":"
            + Format.zeroPadded(magnitude % 60, 2)
    }
}
