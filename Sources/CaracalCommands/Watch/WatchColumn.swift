import Rendering

/// A column of a table on a screen, with its cells.
struct WatchColumn {
    let column: Column
    /// The lowest stays longest. Each column of a table has one of its own.
    let priority: Int
    let cells: [Cell]

    init(
        _ title: String,
        _ alignment: Column.Alignment = .right,
        priority: Int,
        isFlexible: Bool = false,
        _ cells: [Cell]
    ) {
        column = Column(title, alignment, isFlexible: isFlexible)
        self.priority = priority
        self.cells = cells
    }
}
