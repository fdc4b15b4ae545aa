import Glibc

/// Our own clock, for the time at which a report was made.
enum WallClock {
    /// Unix milliseconds.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    /// The same for what takes no negative time.
    static var unsigned: UInt64 { UInt64(max(0, now)) }
}
