extension Format {
    /// A duration with the two units that matter: `350ms`, `4s`, `8m12s`, `41m`, `4h02m`, `6d02h`, `120d`.
    ///
    /// What is smaller is cut, not rounded. Seconds are shown below ten minutes, hours below a hundred days.
    package static func duration(milliseconds: Int) -> String {
        let magnitude = milliseconds.magnitude
        let sign = milliseconds < 0 ? "-" : ""
        if magnitude == 0 { return "0s" }
        if magnitude < 1000 { return "\(sign)\(magnitude)ms" }
        return sign + wholeSeconds(Int(magnitude / 1000))
    }

    /// How long ago something was, in whole seconds or longer: `0s`, `41m`. A moment in the future, which is a clock
    /// that is ahead of ours, is negative: `-4s`.
    package static func age(milliseconds: Int) -> String {
        milliseconds.magnitude < 1000 ? "0s" : duration(milliseconds: milliseconds)
    }

    private static func wholeSeconds(_ seconds: Int) -> String {
        let minutes = seconds / 60
        let hours = minutes / 60
        let days = hours / 24
        if seconds < 60 { return "\(seconds)s" }
        if minutes < 10 { return "\(minutes)m\(zeroPadded(seconds % 60, 2))s" }
        if hours < 1 { return "\(minutes)m" }
        if days < 1 { return "\(hours)h\(zeroPadded(minutes % 60, 2))m" }
        return days < 100 ? "\(days)d\(zeroPadded(hours % 24, 2))h" : "\(days)d"
    }
}
