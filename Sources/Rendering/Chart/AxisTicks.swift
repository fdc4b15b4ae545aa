/// Places on an axis that are easy to read off.
package struct AxisTicks: Sendable, Equatable {
    /// The values, from 0 to the top of the axis.
    package let values: [Double]
    /// The top of the axis: at least the greatest value, up to 1e30.
    package var top: Double { values.last ?? 1 }

    /// Ticks from 0 to at least `most`, about `count` of them.
    ///
    /// - Parameter unit: decides which steps are easy: 1, 2, 5 for counts, powers of two for bytes, minutes and hours for times.
    package init(upTo most: Double, unit: Chart.Unit, count: Int = 4) {
        // What is greater is drawn as that; a multiple of a step could be infinite.
        let most = most.isFinite && most > 0 ? min(most, 1e30) : 1
        let step = Self.step(most / Double(count), unit)
        let steps = max(1, (most / step).rounded(.up))
        values = (0...Int(min(steps, 16))).map { Double($0) * step }
    }

    private static func step(_ least: Double, _ unit: Chart.Unit) -> Double {
        switch unit {
        case .count: decimal(max(1, least))
        // Labels have three decimals.
        case .perSecond: decimal(max(0.001, least))
        case .bytes:
            if least <= 1 { 1 } else { binary(least) }
        case .milliseconds: duration(least)
        }
    }

    /// 1, 2 or 5 times a power of ten; of what is so small that a tenth of it is 0 there is none.
    private static func decimal(_ least: Double) -> Double {
        var power = 1.0
        while power > least { power /= 10 }
        while power * 10 <= least { power *= 10 }
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * 0.999_999 } ?? 10 * power
    }

    /// 1, 2, 5, 10, 20, 50 … of the largest unit that is not above it, 256 and 512 of it before the next.
    private static func binary(_ least: Double) -> Double {
        var unit = 1.0
        while unit * 1024 <= least { unit *= 1024 }
        return [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].map { $0 * unit }.first { $0 >= least } ?? 1024 * unit
    }

    private static func duration(_ least: Double) -> Double {
        TimeSteps.seconds.map { Double($0) * 1000 }.first { $0 >= least } ?? decimal(least / 86_400_000) * 86_400_000
    }
}

/// Moments on an axis of time.
package struct TimeTicks: Sendable, Equatable {
    /// A moment and what it is called.
    package struct Tick: Sendable, Equatable {
        /// Unix milliseconds.
        package let time: Int
        /// The time or the date, as it stands below the axis.
        package let label: String
        /// Whether it is left out where there is little room.
        package let isMinor: Bool
    }

    /// The moments, in the order of time.
    package let ticks: [Tick]

    /// At most `count` moments between two, each a whole number of steps from midnight in the zone.
    package init(from first: Int, to last: Int, zone: ClockZone, count: Int = 8) {
        self.init(from: first, to: last, count: count) { zone.offset(at: $0) }
    }

    /// - Parameter offset: milliseconds to add to a moment for what clocks show: clocks may be put forward or back in between.
    init(from first: Int, to last: Int, count: Int = 8, offset: (Int) -> Int) {
        let span = max(1, last - first)
        // Labels with seconds are longer, and there is room for fewer.
        let room = span < 60_000 * count ? count * 5 / 8 : count
        let step = (TimeSteps.seconds.first { span / ($0 * 1000) < room } ?? max(1, span / 1000 / room)) * 1000
        /// How far clocks are past a whole number of steps.
        func excess(_ time: Int) -> Int {
            let rest = (time + offset(time)) % step
            return rest < 0 ? rest + step : rest
        }
        var time = first + (step - excess(first)) % step
        var ticks: [Tick] = []
        while time <= last, ticks.count <= count {
            let shown = time + offset(time)
            ticks.append(
                Tick(
                    time: time,
                    label: Self.label(shown, step: step),
                    isMinor: !(shown / step).isMultiple(of: 2)
                )
            )
            time += step
            // Where clocks were changed, the nearest whole number of steps is a little before or after.
            let past = excess(time)
            time += past * 2 < step ? -past : step - past
        }
        // Where every second one is left out, one has to stay.
        self.ticks =
            ticks.allSatisfy(\.isMinor) ? ticks.map { Tick(time: $0.time, label: $0.label, isMinor: false) } : ticks
    }

    /// `14:00`, with seconds where steps are shorter than a minute; at midnight the day.
    private static func label(_ shifted: Int, step: Int) -> String {
        guard let text = Format.timestamp(milliseconds: shifted) else { return "" }
        let day = text.prefix(10).dropFirst(5)
        if shifted.isMultiple(of: 86_400_000) { return String(day) }
        let clock = text.dropFirst(11)
        return String(step < 60_000 ? clock.prefix(8) : clock.prefix(5))
    }
}

/// Lengths of time that are easy to count in.
private enum TimeSteps {
    static let seconds = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000,
        864_000, 2_592_000,
    ]
}
