import Redis
import Text

/// What `trace` found of a message.
package struct TraceReport: Sendable, Equatable {
    /// An entry of the message, there or not, and where each group of its stream stands towards it.
    package struct Entry: Sendable, Equatable {
        /// The stream it is in.
        package let target: SignatureTarget
        /// Its id there.
        package let id: EntryID
        /// The entry; nil where it is not there any more.
        package let entry: FoundEntry?
        /// By what its message is told; nil where nothing is known of it.
        package let identity: MessageIdentity?
        /// Why it is not there; nil for one that is.
        package internal(set) var absence: EntryAbsence?
        /// The entry of the same message that was in the stream before; nil for the first. Of one that only says the same as the entry
        /// that was asked for it is that one.
        package internal(set) var original: EntryID?
        /// Whether it may be of another message than the entry that was asked for, which merely says the same.
        package internal(set) var isDoubtful = false
        /// Where each group stands towards it.
        package internal(set) var groups: [GroupRelation] = []
        /// By group: those who could take over what is pending. Only of groups that hold it for long.
        package internal(set) var successors: [[UInt8]: Successors] = [:]
        /// When it was added, as far as its id tells.
        package var at: UInt64 { id.milliseconds }
    }

    /// A dead letter of the message.
    package struct Letter: Sendable, Equatable {
        /// The dead letter.
        package let entry: FoundEntry
        /// The id that its source entry had; nil when that is lost.
        package let sourceID: EntryID?
        /// Why the message died, as its writer gives it; nil when it gives no reason.
        package let reason: [UInt8]?
        /// What speaks against a redrive; nil when nothing does.
        package let problem: RedriveProblem?
    }

    /// A stream in which an entry may have been that is nowhere now.
    package struct Whereabouts: Sendable, Equatable {
        /// The stream.
        package let target: SignatureTarget
        /// What is known of an entry of that id there.
        package let absence: EntryAbsence
    }

    /// A stream, or a part of one, that the server would not let be read.
    package struct Unread: Sendable, Equatable {
        /// The stream.
        package let target: SignatureTarget
        /// What the server answered.
        package let refusal: Refusal
        /// Whether the findings tell of the stream already.
        package let isTold: Bool
    }

    /// The entries, the oldest first.
    package internal(set) var entries: [Entry] = []
    /// The dead letters, the oldest first.
    package internal(set) var letters: [Letter] = []
    /// The id that was asked for, where no entry and no dead letter is known by it.
    package internal(set) var absentID: EntryID?
    /// The streams in which it may have been, those first, and those in which it certainly was not.
    package internal(set) var whereabouts: [Whereabouts] = []
    /// What the producer called the message, where it has a name.
    package internal(set) var producedID: [UInt8]?
    /// What of the streams could not be looked into.
    package internal(set) var findings: [Finding] = []
    /// What the server would not say.
    package internal(set) var refusals: [Refusal] = []
    /// The streams that could not be read: what is in them is not known.
    package internal(set) var unread: [Unread] = []
    /// Whether not all was searched that was to be.
    package internal(set) var isCut = false
    /// How many entries were searched.
    package internal(set) var searched = 0
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package internal(set) var now: UInt64?

    /// Whether nothing of the message was found.
    package var isEmpty: Bool { entries.isEmpty && letters.isEmpty }

    /// Why entries may be there that were not found: a failure for each stream that could not be read, or is none.
    package var gaps: [Finding] {
        findings.filter { $0.code == .wrongType }
            + unread.map {
                let stream = $0.target.stream.name
                return Finding(.refused, .failure, stream: stream, "\(keeping: stream): \($0.refusal.text)")
            }
    }

    /// What the `outbox_id` of its entries and dead letters is, each once: the ids of the rows that it began as.
    package var outboxIDs: [[UInt8]] {
        let messages = entries.compactMap { $0.entry?.message } + letters.map { $0.entry.inner ?? $0.entry.message }
        return messages.reduce(into: []) { ids, message in
            guard let place = message.lastIndex(of: FieldName.outboxID) else { return }
            let id = Array(message.value(at: place))
            if !ids.contains(id) { ids.append(id) }
        }
    }
}
