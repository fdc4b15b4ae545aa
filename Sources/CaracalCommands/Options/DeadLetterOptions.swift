import ArgumentParser
import Caracal

/// Which dead letters a command is about.
struct DeadLetterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only dead letters of this stream: its own name or the stream the messages came from; repeatable.",
            valueName: "stream"
        ),
        completion: .list(StreamTable.all.map(\.shortName))
    )
    var stream: [String] = []

    @Option(
        help: ArgumentHelp("Only dead letters with this reason (the text before the first colon).", valueName: "reason")
    )
    var reason: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Start at this place.", valueName: "place"))
    var since: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("End at this place, inclusive.", valueName: "place"))
    var until: String?

    func validate() throws {
        let clock = WallClock.unsigned
        if try first().first(now: clock) > last().last(now: clock) {
            throw ValidationError("--since lies behind --until: nothing would be selected")
        }
    }

    /// The selection.
    func selection() throws -> DeadLetterSelection {
        DeadLetterSelection(
            targets: try DeadLetterStreams.resolve(stream),
            reasonKind: reason.map { Array($0.utf8) },
            since: try first(),
            until: try last()
        )
    }

    private func first() throws -> StreamPosition {
        try OptionText.place(since, "--since") ?? .start
    }

    private func last() throws -> StreamPosition {
        try OptionText.place(until, "--until") ?? .end
    }
}
