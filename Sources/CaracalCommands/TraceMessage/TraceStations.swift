import Caracal
import Redis
import Rendering
import Text

/// What a message came through, each with its time, its evidence, and whether that is certain.
struct TraceStations {
    /// What a station is.
    enum Kind: String {
        /// The row that its service published it from.
        case outbox
        /// Its entry in a stream.
        case entry
        /// A group of that stream.
        case group
        /// A dead letter that it became.
        case deadLetter = "dead_letter"
        /// A further entry of it in the same stream: published twice, or redriven.
        case copy
    }

    /// One of them.
    struct Station {
        let kind: Kind
        var stream: [UInt8]?
        var id: String?
        var group: [UInt8]?
        var consumer: [UInt8]?
        let state: String
        let isCertain: Bool
        /// When, in Unix milliseconds; nil where the server does not tell.
        var at: UInt64?
        let evidence: TerminalText
        /// Why the message was failed here; nil where it was not.
        var failure: TerminalText?
    }

    /// Each with those that belong to it behind it.
    private(set) var all: [Station] = []
    private let claimIdle: UInt64
    private let rules: SignatureRules
    private let now: UInt64?
    private let rows: TraceRows

    init(_ report: TraceReport, claimIdle: UInt64, rules: SignatureRules, rows: TraceRows) {
        self.claimIdle = claimIdle
        self.rules = rules
        now = report.now
        self.rows = rows
        all += outbox(report, rows)
        // A dead letter comes behind the entries that are as old.
        let blocks =
            report.entries.map { (id: $0.id, rank: 0, stations: entry($0, report)) }
            + report.letters.map { (id: $0.entry.id, rank: 1, stations: [letter($0)]) }
        all += blocks.sorted { ($0.id, $0.rank) < ($1.id, $1.rank) }.flatMap(\.stations)
        if let id = report.absentID { all += report.whereabouts.map { whereabouts($0, id) } }
    }

    /// Whether an entry is known, or a stream in which it may have been.
    var hasEntries: Bool { all.contains { $0.kind != .outbox } }

    /// In the order of time; what has no time stays behind what it belongs to.
    var byTime: [Station] {
        var (block, keyed) = (UInt64(0), [(time: UInt64, place: Int, station: Station)]())
        for (place, station) in all.enumerated() {
            if station.kind != .group { block = station.at ?? block }
            keyed.append((station.kind == .outbox ? 0 : max(station.at ?? block, block), place, station))
        }
        return keyed.sorted { ($0.time, $0.place) < ($1.time, $1.place) }.map(\.station)
    }

    /// Where the message was failed.
    var failures: [Finding] {
        all.compactMap { station in
            station.failure.map {
                let stream = station.stream.map { String(decoding: $0, as: UTF8.self) }
                return Finding(.failed, .failure, stream: stream, $0)
            }
        }
    }

    // MARK: Stations

    private func outbox(_ report: TraceReport, _ rows: TraceRows) -> [Station] {
        if case .asked(.seen(let seen)) = rows, !seen.rows.isEmpty {
            return seen.rows.map { row($0, report, now: seen.now) }
        }
        let id = report.producedID.flatMap { String(validating: $0, as: UTF8.self) }
        let (state, evidence): (String, TerminalText) =
            switch rows {
            case .notAsked: ("not_asked", "not asked (no DATABASE_URL)")
            case .unnamed: ("not_asked", "not asked: the message has no outbox_id")
            case .asked(.unreachable): ("unknown", "unknown: the database cannot be asked")
            case .asked(.seen(let seen)):
                rows.doubt.map { ("unknown", $0) } ?? ("no_row", noRow(of: report, now: seen.now))
            }
        return [
            Station(
                kind: .outbox,
                id: id,
                state: state,
                isCertain: state == "no_row",
                at: id.flatMap { MessageName.milliseconds(ofUUID: $0.utf8) },
                evidence: evidence
            )
        ]
    }

    private func noRow(of report: TraceReport, now: UInt64) -> TerminalText {
        let time = report.entries.first?.at
        let mayBeForgotten = report.producedID.map { TraceRows.mayBeForgotten($0, at: time, now: now) } ?? true
        return "no row has this id\(mayBeForgotten ? ": the Coordinator's are deleted after a week" : "")"
    }

    private func row(_ row: OutboxRow, _ report: TraceReport, now: UInt64) -> Station {
        let isAlone = row.state == .published && report.isEmpty
        return Station(
            kind: .outbox,
            stream: row.stream,
            id: row.id.readable,
            state: row.state.rawValue,
            isCertain: true,
            at: row.createdAt,
            evidence: row.evidence(at: now)
                + (isAlone
                    ? "; no entry was found: it lies elsewhere, was removed, or is lost (caracalctl outbox reconcile)"
                    : ""),
            failure: row.state == .dead ? "its row in \(row.outbox.name) is dead: no dispatcher takes it" : nil
        )
    }

    private func entry(_ entry: TraceReport.Entry, _ report: TraceReport) -> [Station] {
        let name = DeadLetterWords.name(entry.target.key)
        let judgement = entry.entry?.judgement
        let isBad = judgement?.isFailure(by: rules) == true && judgement?.outcome != .unchecked
        // Of one that is known by its id alone nobody knows whether it ever was there.
        let wasThere = entry.identity != nil || entry.absence?.fate == .deleted && entry.absence?.isCertain == true
        let isLost =
            wasThere && entry.entry == nil && entry.groups.contains { $0.state == .unknown && $0.refusal == nil }
        var evidence: TerminalText =
            entry.absence?.sentence ?? judgement.map { "signature \($0.sentence)" } ?? "it is there"
        if isBad, let found = entry.entry { evidence += rows.contradiction(of: found) }
        let isNamed = entry.identity?.producedID != nil
        if let original = entry.original {
            let back = report.letters.isEmpty ? "published twice, or redriven" : "redriven, or published twice"
            evidence =
                isNamed
                ? "the same message as \(original): \(back); \(evidence)"
                : "it says the same as \(original), and neither has an id of its own: \(back), or another message; \(evidence)"
        }
        let failure: TerminalText? =
            // What may be another message does not fail the one that was asked for.
            if entry.isDoubtful {
                nil
            } else if isBad {
                "\(entry.id) in \(name): signature \(judgement?.sentence ?? "")"
            } else if isLost {
                "\(entry.id) in \(name) was removed before every group was given it"
            } else if entry.absence?.fate == .neverAdded {
                "\(entry.id) was never added to \(name)"
            } else if let absence = entry.absence, report.absentID != nil {
                "\(entry.id) is not in \(name): \(absence.sentence)"
            } else {
                nil
            }
        let own = Station(
            kind: entry.original == nil ? .entry : .copy,
            stream: entry.target.key,
            id: "\(entry.id)",
            state: entry.absence?.fate.rawValue ?? EntryFate.present.rawValue,
            isCertain: entry.absence?.isCertain ?? (entry.original == nil || isNamed),
            at: entry.at,
            evidence: evidence,
            failure: failure
        )
        return [own] + entry.groups.map { group($0, of: entry) }
    }

    /// That an entry may have been in a stream, or was not.
    private func whereabouts(_ place: TraceReport.Whereabouts, _ id: EntryID) -> Station {
        Station(
            kind: .entry,
            stream: place.target.key,
            id: "\(id)",
            state: place.absence.fate.rawValue,
            isCertain: place.absence.isCertain,
            at: id.milliseconds,
            evidence: place.absence.sentence
        )
    }

    private func group(_ relation: GroupRelation, of entry: TraceReport.Entry) -> Station {
        let name = DeadLetterWords.name(entry.target.key)
        let isStuck = relation.isStuck(claimIdle: claimIdle) && !entry.isDoubtful
        let idle = relation.pending?.idle
        return Station(
            kind: .group,
            stream: entry.target.key,
            id: "\(entry.id)",
            group: relation.group,
            consumer: relation.pending.flatMap { $0.consumer.isEmpty ? nil : $0.consumer },
            state: relation.state.rawValue,
            isCertain: relation.state == .pending || relation.state == .waiting,
            at: idle.flatMap { idle in now.map { $0 - min($0, idle) } },
            evidence: relation.evidence,
            failure: isStuck
                ? "\(relation.group) on \(name) has \(entry.id) pending \(relation.pending?.words ?? "")" : nil
        )
    }

    private func letter(_ letter: TraceReport.Letter) -> Station {
        let entry = letter.entry
        let reason = letter.reason.map { TerminalText($0) } ?? "no reason given"
        let source: TerminalText = letter.sourceID.map { "of \($0)" } ?? "its source's id is lost"
        return Station(
            kind: .deadLetter,
            stream: entry.target.key,
            id: "\(entry.id)",
            state: "dead",
            isCertain: true,
            at: entry.id.milliseconds,
            evidence: "\(reason); \(source)",
            failure: "it is a dead letter, \(entry.id) in \(DeadLetterWords.name(entry.target.key)): \(reason)"
        )
    }
}
