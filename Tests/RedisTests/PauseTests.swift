import TestSupport
import Testing

/// The pauses before another try stand in one folder, so that what is tried again, how often and how soon is changed in one place.
@Suite struct PauseTests {
    /// The pauses elsewhere, by file, each with what it waits for: none is one before another try.
    private static let allowed = [
        "Sources/Caracal/Operations/Memory/Growth.swift": "the time between two looks that are compared",
        "Sources/Caracal/Operations/Outbox/Dispatch/Dispatch.swift": "the interval between looks at tables",
        "Sources/Caracal/Operations/Publish/BulkPublish.swift": "--rate",
        "Sources/Caracal/Operations/Tail/TailReader.swift": "new entries, where no server can wait for all streams",
        "Sources/CaracalCommands/Pending/PendingRun.swift": "the time between two looks that are compared",
        "Sources/CaracalCommands/Report/ReportRecorder.swift": "--interval",
        "Sources/CaracalCommands/Sandbox/TrafficThread.swift": "the pace of made-up traffic",
        "Sources/CaracalCommands/Watch/WatchLines.swift": "--interval",
        "Sources/Redis/Link/Deadline.swift": "Poll.sleep itself",
        "Sources/Redis/Link/Interruption.swift": "a signal that is sent twice",
    ]

    @Test func whoPausesBeforeAnotherTryDoesSoByTheRule() throws {
        let files = Repository.files(in: "Sources").filter { $0.hasSuffix(".swift") || $0.hasSuffix(".c") }
        #expect(files.count > 300)
        var found: Set<String> = []
        for path in files where !path.hasPrefix("Sources/Redis/Retry/") {
            let text = try Repository.text(path)
            if text.contains(/\b(?:u|nano|clock_nano)?sleep\(/.wordBoundaryKind(.simple)) || text.contains("Backoff(") {
                found.insert(path)
            }
        }
        let unknown = found.subtracting(Self.allowed.keys).sorted()
        #expect(unknown.isEmpty, "use Retries or Backoff of Sources/Redis/Retry, or add what is waited for to the list")
        let former = Set(Self.allowed.keys).subtracting(found).sorted()
        #expect(former.isEmpty, "these have no pause any more")
    }
}
