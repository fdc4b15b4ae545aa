/// A key that was pressed.
enum Key: Equatable {
    case character(Character)
    case up
    case down
    case left
    case right
    case enter
    case escape
    /// Any other, such as a function key.
    case other
}
