import RESP
import Redis

/// From where on the signatures of a stream do not hold, as far as a bounded look tells.
package struct SignatureCourse: Sendable, Equatable {
    /// The last entry before those whose signature holds; nil when none of those that were looked at does.
    package internal(set) var lastValid: EntryID?
    /// The first entry whose signature does not hold, or is missing.
    package internal(set) var first: EntryID
    /// The last one.
    package internal(set) var last: EntryID
    /// How many entries there are from `first` on.
    package internal(set) var since: Quantity = .unknown
    /// Those of them that were looked at.
    package internal(set) var looked = SignatureTally()
    /// Those that do not hold and have no `outbox_id`, which every entry of the services has.
    package internal(set) var withoutOutboxID: UInt64 = 0
    /// How often such entries begin behind others among them: more than once where they alternate.
    package internal(set) var runs: UInt64 = 0
    /// How many entries were looked at in all.
    package internal(set) var all: UInt64 = 0
    /// Where a few do not hold: the entry from which on as many valid ones stand before them as there are of them, of those that are
    /// published from rows. Nil where they are many, or where it was not seen nearby.
    package internal(set) var counterweight: EntryID?
    /// What the newest entries of the other streams say of the key, for the time from `first` to `last`.
    package internal(set) var elsewhere = KeyElsewhere.unknown(nil)

    /// How many of those that were looked at do not hold, or lack a signature.
    package var bad: UInt64 { looked.invalid + looked.unsigned }
}

/// Looks for the place from which on signatures do not hold.
///
/// The newest entries, some in between and the oldest are looked at first, then the gap between the newest valid ones and what
/// follows them is halved until nothing is left of it. Behind the border as many entries are looked at as is bearable, which tells
/// one publisher with another key from two that alternate. A look is a few entries; none is longer than a page.
struct SignatureBorder {
    private let target: SignatureTarget
    private let info: StreamInfo
    private let requiresSignatures: Bool
    private var verifier: SignatureVerifier
    /// The entries that were looked at.
    private var ids: Set<EntryID> = []

    /// How many entries one look reads.
    private static let lookSize = 10
    /// How many places between the oldest and the newest entries are looked at first.
    private static let spread = 7
    /// No page should have many more bytes than this.
    private static let pageBytes = 1 << 18
    /// How many entries behind the border are looked at.
    private static let readLimit: UInt64 = 10_000
    /// How long that may take, and then counting the rest.
    private static let allowance = Duration.seconds(1)

    init(
        _ target: SignatureTarget,
        _ info: StreamInfo,
        _ keys: SignatureKeys,
        requiresSignatures: Bool
    ) throws(CryptographyError) {
        self.target = target
        self.info = info
        self.requiresSignatures = requiresSignatures
        verifier = try SignatureVerifier(keys: keys)
    }

    /// An entry that was looked at, oldest first in a page.
    private struct Seen {
        let id: EntryID
        let judgement: Judgement
        let isBad: Bool
        let hasOutboxID: Bool
    }

    /// Looks; nil when nothing is wrong, when the server refuses, and when what is wrong has gone in between.
    mutating func find(on channel: any CommandChannel) throws -> SignatureCourse? {
        guard let first = info.firstID, let last = info.lastID, let pages = try survey(first, last, on: channel),
            let newest = pages.last(where: { page in page.contains(where: \.isBad) })
        else { return nil }
        let older = pages.prefix { ($0.first?.id ?? .maximum) < (newest.first?.id ?? .zero) }
        let clean = older.lastIndex { page in !page.contains(where: \.isBad) }
        let dirty = pages[(clean.map { $0 + 1 } ?? 0)...].first { page in page.contains(where: \.isBad) } ?? newest
        guard var course = Self.course(dirty, behind: clean.flatMap { pages[$0].last?.id }) else { return nil }
        course.last = newest.last(where: \.isBad)?.id ?? course.first
        if clean != nil, dirty.first?.isBad == true { try narrow(&course, on: channel) }
        try read(&course, pages, on: channel)
        course.counterweight = try counterweight(of: course, on: channel)
        course.all = UInt64(ids.count)
        return course
    }

    /// The oldest entries, some in between and the newest: pages that do not overlap, in the order of their ids.
    private mutating func survey(
        _ first: EntryID,
        _ last: EntryID,
        on channel: any CommandChannel
    ) throws -> [[Seen]]? {
        let step = (last.number - first.number) / UInt128(Self.spread + 1)
        let places = (0...Self.spread).map { EntryID(number: first.number + step * UInt128($0)) }
        let newest = XRevRange(key: target.key, count: size * 2)
        let requests = places.map { XRange(key: target.key, first: $0, last: last, count: size) }
        let replies = try channel.pipeline(requests.map(\.command) + [newest.command])
        var pages: [[Seen]] = []
        for (request, reply) in zip(requests, replies) {
            guard case .success(var entries) = try channel.read(reply, of: request) else { return nil }
            pages.append(try seen(&entries, on: channel))
        }
        guard case .success(var entries) = try channel.read(replies[replies.count - 1], of: newest) else { return nil }
        pages.append(try seen(&entries, on: channel).reversed())
        var reached = EntryID.zero
        return pages.map { page in
            let fresh = page.filter { $0.id > reached }
            reached = max(reached, fresh.last?.id ?? reached)
            return fresh
        }.filter { !$0.isEmpty }
    }

    /// How many entries one look may read.
    private var size: Int { max(1, min(Self.lookSize, Self.pageBytes / max(1, info.endBytes))) }

    /// Halves the gap between the last valid entry and the first bad one until nothing is left of it. The beginning of the gap is
    /// looked at as well: where little lies in it, that is all of it.
    private mutating func narrow(_ course: inout SignatureCourse, on channel: any CommandChannel) throws {
        // What lies from `high` on up to the first bad entry holds nothing else.
        guard var low = course.lastValid else { return }
        var high = course.first
        while let next = low.next, next < high {
            let middle = EntryID(number: next.number + (high.number - next.number) / 2)
            let requests = [next, middle].map {
                XRange(key: target.key, first: $0, last: high.previous, count: size)
            }
            let answers = try channel.ask(requests)
            guard case .success(var beginning) = answers[0], case .success(var rest) = answers[1] else { return }
            let page = try seen(&beginning, on: channel)
            if let found = Self.course(page, behind: low) {
                return (course.first, course.lastValid) = (found.first, found.lastValid)
            }
            guard let last = page.last else { return }
            (low, course.lastValid) = (last.id, last.id)
            guard page.count == size else { return }
            let later = try seen(&rest, on: channel).filter { $0.id > low }
            if let found = Self.course(later, behind: nil) {
                (course.first, high) = (found.first, found.first)
                if let before = found.lastValid { return course.lastValid = before }
            } else if let last = later.last {
                (low, course.lastValid) = (last.id, last.id)
                if later.count < size { return }
            } else {
                high = max(middle, low)
            }
        }
    }

    /// Looks at what follows on the border; where that is too much, at as much as is bearable, and at what was seen behind it.
    private mutating func read(
        _ course: inout SignatureCourse,
        _ survey: [[Seen]],
        on channel: any CommandChannel
    ) throws {
        var pages = EntryPages(channel, key: target.key, first: course.first, last: info.lastGeneratedID)
        var reached = EntryID.zero
        var isBad = false
        func note(_ entry: Seen) {
            course.looked.count(entry.judgement)
            if entry.isBad {
                if !isBad { course.runs += 1 }
                if !entry.hasOutboxID { course.withoutOutboxID += 1 }
                course.last = max(course.last, entry.id)
            }
            (isBad, reached) = (entry.isBad, entry.id)
        }
        let deadline = Deadline.after(Self.allowance)
        // Where nothing older is valid there is no border to count from.
        let limit = course.lastValid == nil ? Self.readLimit / 10 : Self.readLimit
        while course.looked.entries < limit, !deadline.hasPassed {
            guard case .success(let page) = try pages.next() else { return }
            guard var entries = page else { return course.since = .exact(course.looked.entries) }
            let part = try seen(&entries, on: channel)
            part.forEach(note)
        }
        try pages.finish()
        for entry in survey.joined() where entry.id > reached { note(entry) }
        guard course.lastValid != nil else { return }
        let count = EntryCount(key: target.key, first: course.first, last: info.lastGeneratedID, of: info)
        if case .success(let since) = try count.run(on: channel, limit: 1_000_000, until: .after(Self.allowance)) {
            course.since = since
        }
    }

    /// Looks before a few that do not hold for as many valid ones: who acts on them weighs both, of the time that is looked at there.
    private mutating func counterweight(
        of course: SignatureCourse,
        on channel: any CommandChannel
    ) throws -> EntryID? {
        guard (2..<KeyElsewhere.many).contains(course.bad), course.looked.valid == 0, course.lastValid != nil else {
            return nil
        }
        let page = XRevRange(key: target.key, first: .zero, last: course.first.previous, count: size * 2)
        guard case .success(var entries) = try channel.ask(page) else { return nil }
        var count: UInt64 = 0
        for entry in try seen(&entries, on: channel) {
            guard !entry.isBad else { return nil }
            if entry.judgement.outcome == .valid, entry.hasOutboxID { count += 1 }
            if count == course.bad { return entry.id }
        }
        return nil
    }

    private mutating func seen(_ entries: inout EntryReader, on channel: any CommandChannel) throws -> [Seen] {
        var page: [Seen] = []
        while try entries.advance(on: channel) {
            guard let id = entries.id else { continue }
            ids.insert(id)
            let verdict = try verifier.verify(stream: target.key, entries.fields, in: entries.bytes)
            let judgement = Judgement(.entry, verdict, on: target.definition, needsSignature: true)
            let isBad =
                switch judgement.outcome {
                case .invalid: true
                case .unsigned: requiresSignatures
                case .valid, .unchecked: false
                }
            let outboxID = ReconcileRun.outboxID(entries.fields, entries.bytes)
            page.append(Seen(id: id, judgement: judgement, isBad: isBad, hasOutboxID: outboxID != nil))
        }
        return page
    }

    /// The first bad entry of a page and the one before it; nil when there is none.
    private static func course(_ page: [Seen], behind low: EntryID?) -> SignatureCourse? {
        guard let place = page.firstIndex(where: \.isBad) else { return nil }
        let before = place > 0 ? page[place - 1].id : low
        return SignatureCourse(lastValid: before, first: page[place].id, last: page[place].id)
    }
}

extension EntryID {
    /// Both halves as one number.
    fileprivate var number: UInt128 { UInt128(milliseconds) << 64 | UInt128(sequence) }

    fileprivate init(number: UInt128) {
        self.init(milliseconds: UInt64(truncatingIfNeeded: number >> 64), sequence: UInt64(truncatingIfNeeded: number))
    }
}
