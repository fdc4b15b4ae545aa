/// A line that is typed from the habit of another tool, and what becomes of it.
struct Habit: Sendable {
    /// The words behind `caracalctl`, as in a shell, without quotes but single ones.
    let line: String
    /// The status it ends with. 69 is that of a line that was understood: the server is away.
    let status: Int32
    /// What the message names instead; nil for a line that does what was meant, and for one that nothing is like.
    let named: String?

    /// A line that does what was meant.
    static func does(_ line: String, _ status: Int32 = 69) -> Habit { Habit(line: line, status: status, named: nil) }

    /// A line that is refused with the name of what was meant.
    static func names(_ line: String, _ named: String, status: Int32 = 64) -> Habit {
        Habit(line: line, status: status, named: named)
    }

    /// A line that is refused, and is like nothing.
    static func refused(_ line: String) -> Habit { Habit(line: line, status: 64, named: nil) }

    /// All of them.
    static let all = kubectl + nats + rpk + redisCLI + git + others
}
