import Redis

/// Hands out every dead letter of a selection, exactly as it is: `dlq export`. Only reads.
package struct DeadLetterExport: Sendable {
    /// One dead letter on its way into a file.
    package struct Entry: Sendable, Equatable {
        /// Where it lies.
        package let stream: [UInt8]
        /// Its id.
        package let id: EntryID
        /// Who wrote it.
        package let shape: DeadLetterShape
        /// The reason as it stands; nil when it gives none.
        package let reason: [UInt8]?
        /// Its fields, in their order.
        package let message: Message
    }

    /// Which dead letters.
    package let selection: DeadLetterSelection

    /// Describes a run.
    package init(_ selection: DeadLetterSelection) { self.selection = selection }

    /// Reads the dead letters. A refusal is thrown: what is not whole is no export.
    package func run(
        on connection: any CommandChannel,
        _ judge: inout DeadLetterJudge,
        clock: UInt64,
        afterPage: (DeadLetterWalk.Stream, UInt64) throws -> Void = { _, _ in },
        each: (Entry) throws -> Void
    ) throws {
        let walk = DeadLetterWalk(selection)
        for stream in try walk.look(on: connection, clock: clock).streams {
            let refusal = try walk.read(stream, on: ReconnectingChannel(connection), &judge) {
                try afterPage(stream, $0)
            } visit: { visit, _ in
                try each(Entry(visit))
                return true
            }
            if let refusal { throw connection.refused(refusal) }
        }
    }
}

extension DeadLetterExport.Entry {
    fileprivate init(_ visit: DeadLetterWalk.Visit) {
        self.init(
            stream: visit.stream.target.key,
            id: visit.id,
            shape: visit.head.shape,
            reason: visit.head.reason.map { Array(visit.bytes[$0]) },
            message: Message(visit.fields, in: visit.bytes)
        )
    }
}
