import TestSupport
import Testing

@testable import CaracalCommands

/// Lines that are typed from the habit of other tools: each does what was meant, or its message names what does.
@Suite struct HabitTests {
    /// A server that nobody reaches: a line that comes so far was understood.
    private let runner = CommandRunner(
        environment: [
            "REDIS_URL": "unix:///nowhere/redis.sock", "STREAMS_HMAC_KEY": String(repeating: "07", count: 32),
            "AUDIT_HMAC_KEY": String(repeating: "08", count: 32),
        ]
    )

    @Test(arguments: Habit.all)
    func aLineOfHabitDoesWhatWasMeantOrNamesIt(habit: Habit) throws {
        let result = try runner.run(try CommandLineSplitter.split(habit.line))
        let said = result.stdout + result.stderr
        #expect(result.status == habit.status, "\(habit.line): \(said)")
        if let named = habit.named { #expect(said.contains(named), "\(habit.line): \(said)") }
        #expect(!said.contains("hunter2"), "\(habit.line): \(said)")
    }

    /// Nine lines in ten need no help, or get it.
    @Test func mostLinesOfHabitAreHelped() {
        let refused = Habit.all.count { $0.status == 64 && $0.named == nil }
        #expect(Habit.all.count >= 170)
        #expect(refused * 10 <= Habit.all.count)
    }
}
