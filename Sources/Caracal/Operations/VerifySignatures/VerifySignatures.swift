import Redis

/// Checks the signatures of whole streams, of a range, or of single entries: `verify-sig`. Only reads.
///
/// Memory stays flat on a stream of any length, and one that grows during the check is read up to where it ended at the start.
package struct VerifySignatures: Sendable {
    /// Which entries of each stream are checked.
    package enum Selection: Sendable, Equatable {
        /// All from one place to another, both included.
        case range(from: StreamPosition, to: StreamPosition)
        /// Those with these ids; an id without its second half stands for its whole millisecond.
        case ids([StreamPosition])

        /// Whether a clock has to be asked where it begins or ends.
        var isRelative: Bool {
            switch self {
            case .range(let from, let to): from.isRelative || to.isRelative
            case .ids(let ids): ids.contains(where: \.isRelative)
            }
        }
    }

    /// How far the check of a stream has come.
    package struct Progress: Sendable, Equatable {
        /// The stream's key.
        package let stream: [UInt8]
        /// Entries that were checked.
        package let checked: UInt64
        /// Entries there are to check; nil where only a part of the stream is, whose size nobody knows.
        package let total: UInt64?
    }

    /// The streams.
    package let targets: [SignatureTarget]
    /// Which of their entries.
    package let selection: Selection

    package init(targets: [SignatureTarget], selection: Selection = .range(from: .start, to: .end)) {
        self.targets = targets
        self.selection = selection
    }

    /// Looks at the streams and checks one after the other; `afterPage` is called between pages. When the server is lost
    /// or a request to stop comes, the report holds what was found so far, and says so.
    ///
    /// - Parameter clock: our own time in Unix milliseconds, used when the server does not tell its own.
    package func run(
        on connection: any CommandChannel,
        _ check: inout SignatureCheck,
        clock: UInt64,
        afterPage: (Progress) throws -> Void
    ) throws -> SignatureReport {
        let look = try StreamLook(streams: targets.map(\.stream), includesGroups: false, believesEmptyReplica: false)
            .run(on: connection)
        if selection.isRelative { check.report.timeRefusal = look.timeRefusal }
        do {
            for (target, observed) in zip(targets, look.streams)
            where !(target.isOptional && observed.state == .missing) {
                check.begin(target)
                check.stream.isWhole = selection == .range(from: .start, to: .end)
                defer { check.end() }
                try run(observed.state, on: connection, &check, now: look.now ?? clock, afterPage: afterPage)
            }
        } catch let error as RedisError {
            check.report.ending = error.signal.map { .interrupted(signal: $0) } ?? .lost(error)
        }
        return check.report
    }

    private func run(
        _ state: StreamState,
        on connection: any CommandChannel,
        _ check: inout SignatureCheck,
        now: UInt64,
        afterPage: (Progress) throws -> Void
    ) throws {
        switch state {
        case .missing: check.stream.state = .missing
        case .otherType(let type): check.stream.state = .otherType(type)
        case .refused(let refusal): check.stream.state = .refused(refusal)
        case .stream(let info, _):
            for walk in walks(info, now: now) {
                var pages = EntryPages(connection, key: check.stream.target.key, first: walk.first, last: walk.last)
                let before = check.stream.own.entries
                try read(&pages, of: walk, on: connection, &check, afterPage: afterPage)
                if let id = walk.id, check.stream.own.entries == before { check.stream.absentIDs.append(id) }
            }
        }
    }

    /// A part of a stream that is read in one go.
    private struct Walk {
        let first: EntryID
        let last: EntryID
        /// What was asked for, when an entry has to be there.
        var id: StreamPosition?
        /// How many entries there are; nil for unknown.
        var total: UInt64?
    }

    private func walks(_ info: StreamInfo, now: UInt64) -> [Walk] {
        switch selection {
        case .range(let from, let to):
            let last = min(to.last(now: now), info.lastGeneratedID)
            let isWhole = from == .start && to == .end
            return [Walk(first: from.first(now: now), last: last, total: isWhole ? info.length : nil)]
        case .ids(let ids):
            // Named twice, an entry is checked once: its own signature would be taken for a repeated one.
            var seen: Set<ClosedRange<EntryID>> = []
            return ids.map { Walk(first: $0.first(now: now), last: $0.last(now: now), id: $0) }
                .filter { seen.insert($0.first...$0.last).inserted }
        }
    }

    private func read(
        _ pages: inout EntryPages,
        of walk: Walk,
        on connection: any CommandChannel,
        _ check: inout SignatureCheck,
        afterPage: (Progress) throws -> Void
    ) throws {
        while true {
            switch try pages.next() {
            case .success(nil): return
            case .failure(let refusal): return check.stream.state = .refused(refusal)
            case .success(var entries?):
                while try entries.advance(on: connection) {
                    try check.check(id: entries.bytes[entries.idRange], entries.fields, in: entries.bytes)
                }
            }
            let progress = Progress(
                stream: check.stream.target.key,
                checked: check.stream.own.entries,
                total: walk.total
            )
            do { try afterPage(progress) } catch {
                // The page that is on its way must not be taken for the reply to what is sent next.
                try? pages.finish()
                throw error
            }
        }
    }
}
