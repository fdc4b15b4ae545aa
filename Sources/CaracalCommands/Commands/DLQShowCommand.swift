import ArgumentParser
import Caracal
import Redis
import Text

/// `caracalctl dlq show`
struct DLQShowCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show dead letters with the message and the event inside. [reads]",
        discussion: """
              caracalctl dlq show 1767443990017-2
              caracalctl dlq show 1767443990017-2 --stream sessions.revoke -o json
            """
    )

    @Argument(help: ArgumentHelp("The dead letters' ids.", valueName: "id"))
    var ids: [String]

    @Option(
        help: ArgumentHelp("Search only this stream; repeatable.", valueName: "stream"),
        completion: .list(StreamTable.all.map(\.shortName))
    )
    var stream: [String] = []

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        _ = try OptionText.ids(ids)
    }

    func run(in session: Session) throws -> ExitStatus {
        let wanted = try OptionText.ids(ids)
        let targets = try DeadLetterStreams.resolve(stream)
        let keys = try DeadLetterKeys.load(session)
        let connection = try session.connect()
        let details = try DeadLetterDetail.find(
            wanted,
            in: targets,
            on: connection,
            keys: keys,
            clock: WallClock.unsigned
        )
        try session.present(DLQDetailPresentation(details: details, server: ServerPresentation(connection)))
        let absent = wanted.filter { id in !details.contains { id.contains($0.item.id) } }
        let findings = absent.map { Finding(.noEntry, .failure, "there is no dead letter \($0.text)") }
        session.say(findings)
        return ExitStatus(findings)
    }
}

extension StreamPosition {
    /// Whether an id is the one that is named, or one of its millisecond.
    fileprivate func contains(_ id: EntryID) -> Bool { first(now: 0) <= id && id <= last(now: 0) }
}
