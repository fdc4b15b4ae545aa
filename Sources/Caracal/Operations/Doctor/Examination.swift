import Redis

/// All that `doctor` gathers before anything is judged.
package struct Examination: Sendable, Equatable {
    /// The servers that take writes, or the one that was asked.
    package var servers: [ServerExamination]
    /// The streams of the table, their groups and what those hold.
    package var pending: PendingReport
    /// The stream of dead letters of the table, and the `.dead` streams, there or not.
    package var deadLetters: [ObservedStream]
    /// What differs from the table.
    package var drift: [Finding]
    /// Who is connected, to whichever of the servers.
    package var clients: Result<[ClientInfo], Refusal>
    /// The newest entries of every stream, their signatures checked.
    package var signatures: SignatureReport
    /// What this user may do.
    package var rights: Rights
    /// What is known on this side.
    package var setup: LocalSetup
    /// How often the server was asked.
    package var roundTrips: Int

    /// The streams of the table and those of dead letters.
    var streams: [ObservedStream] {
        pending.streams + deadLetters.filter { dead in !pending.streams.contains { $0.definition == dead.definition } }
    }

    /// What pending entries, missing streams and lost entries were found to be, by these codes.
    func pending(_ codes: Finding.Code...) -> [Finding] { pending.findings.filter { codes.contains($0.code) } }

    /// What drift was found, by these codes.
    func drift(_ codes: Finding.Code...) -> [Finding] { drift.filter { codes.contains($0.code) } }
}
