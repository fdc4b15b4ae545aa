/// A column of a table: its title, and how its cells are set.
package struct Column: Sendable, Equatable {
    /// Where a cell stands within its column.
    package enum Alignment: Sendable, Equatable {
        /// Words.
        case left
        /// Numbers, so that their digits stand below each other.
        case right
    }

    let title: String
    let alignment: Alignment
    let style: Style?
    let isFlexible: Bool
    let isDispensable: Bool

    /// A column. `style` colours each cell that has no style of its own, not the title. Flexible columns are cut on a narrow
    /// terminal, dispensable ones are left out where that is not enough, the last of them first.
    package init(
        _ title: String,
        _ alignment: Alignment = .left,
        style: Style? = nil,
        isFlexible: Bool = false,
        isDispensable: Bool = false
    ) {
        self.title = title
        self.alignment = alignment
        self.style = style
        self.isFlexible = isFlexible
        self.isDispensable = isDispensable
    }
}
