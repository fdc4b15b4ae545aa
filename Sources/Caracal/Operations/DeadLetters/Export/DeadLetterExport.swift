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

    /// What a run leaves to be said.
    package struct Report: Sendable, Equatable {
        /// What there is where nothing was chosen though something is there; nil else.
        package internal(set) var unmatched: UnmatchedSelection?
        /// The streams of a cluster's servers that cannot be reached, and what is said of each: they are left out.
        package internal(set) var missing: [(stream: [UInt8], refusal: Refusal)] = []

        package static func == (left: Report, right: Report) -> Bool {
            left.unmatched == right.unmatched && left.missing.elementsEqual(right.missing) { $0 == $1 }
        }
    }

    /// Reads the dead letters. A refusal is thrown: what is not whole is no export. Of a cluster that has lost a server the rest
    /// is exported: what is there can be saved, and what is not is named.
    ///
    /// - Parameter each: is given the dead letters, and the name of the deployment.
    @discardableResult
    package func run(
        on connection: any CommandChannel,
        _ judge: inout DeadLetterJudge,
        clock: UInt64,
        afterPage: (DeadLetterWalk.Stream, UInt64) throws -> Void = { _, _ in },
        each: (Entry, DeploymentName) throws -> Void
    ) throws -> Report {
        let walk = DeadLetterWalk(selection)
        let streams = try walk.look(on: connection, clock: clock).streams
        // Asked for behind the look, which tells which servers cannot be reached.
        let deployment = try DeploymentName.identify(on: connection)
        var report = Report()
        var isEmpty = true
        for stream in streams {
            let refusal = try walk.read(stream, on: ReconnectingChannel(connection), &judge) {
                try afterPage(stream, $0)
            } visit: { visit, _ in
                isEmpty = false
                try each(Entry(visit), deployment)
                return true
            }
            guard let refusal else { continue }
            guard connection.isLost(stream.target.key) else { throw connection.refused(refusal) }
            report.missing.append((stream.target.key, refusal))
        }
        if isEmpty { report.unmatched = try walk.unmatched(in: streams, on: ReconnectingChannel(connection), &judge) }
        return report
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
