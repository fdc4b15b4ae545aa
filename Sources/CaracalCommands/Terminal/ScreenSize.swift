import Glibc

/// How much a terminal shows.
struct ScreenSize: Equatable {
    /// How many lines.
    let rows: Int
    /// How many columns.
    let columns: Int

    /// The size of a terminal now; 24 lines of 80 columns where it does not tell.
    static func of(_ descriptor: Int32) -> ScreenSize {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return ScreenSize(rows: 24, columns: 80)
        }
        return ScreenSize(rows: Int(size.ws_row), columns: Int(size.ws_col))
    }
}
