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

    init(_ report: TraceReport, claimIdle: UInt64, rules: SignatureRules, hasDatabase: Bool) {
        self.claimIdle = claimIdle
        self.rules = rules
        now = report.now
        all.append(outbox(report, hasDatabase))
        // A dead letter comes behind the entries that are as old.
        let blocks =
            report.entries.map { (id: $0.id, rank: 0, stations: entry($0, report)) }
            + report.letters.map { (id: $0.entry.id, rank: 1, stations: [letter($0)]) }
        all += blocks.sorted { ($0.id, $0.rank) < ($1.id, $1.rank) }.flatMap(\.stations)
    }

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

    private func outbox(_ report: TraceReport, _ hasDatabase: Bool) -> Station {
        let id = report.producedID.flatMap { String(validating: $0, as: UTF8.self) }
        return Station(
            kind: .outbox,
            id: id,
            state: "not_asked",
            isCertain: false,
            at: id.flatMap { MessageName.milliseconds(ofUUID: $0.utf8) },
            evidence: hasDatabase ? "not asked" : "not asked (no DATABASE_URL)"
        )
    }

    private func entry(_ entry: TraceReport.Entry, _ report: TraceReport) -> [Station] {
        let name = DeadLetterWords.name(entry.target.key)
        let judgement = entry.entry?.judgement
        let isBad = judgement?.isFailure(by: rules) == true && judgement?.outcome != .unchecked
        let isLost = entry.entry == nil && entry.groups.contains { $0.state == .unknown && $0.refusal == nil }
        var evidence: TerminalText =
            entry.absence?.sentence ?? judgement.map { "signature \($0.sentence)" } ?? "it is there"
        if let original = entry.original {
            let back = report.letters.isEmpty ? "published twice, or redriven" : "redriven, or published twice"
            evidence = "the same message as \(original): \(back); \(evidence)"
        }
        let failure: TerminalText? =
            if isBad {
                "\(entry.id) in \(name): signature \(judgement?.sentence ?? "")"
            } else if isLost {
                "\(entry.id) in \(name) was removed before every group was given it"
            } else if entry.absence?.fate == .neverAdded {
                "\(entry.id) was never added to \(name)"
            } else {
                nil
            }
        let own = Station(
            kind: entry.original == nil ? .entry : .copy,
            stream: entry.target.key,
            id: "\(entry.id)",
            state: entry.absence?.fate.rawValue ?? EntryFate.present.rawValue,
            isCertain: entry.absence?.isCertain ?? true,
            at: entry.at,
            evidence: evidence,
            failure: failure
        )
        return [own] + entry.groups.map { group($0, of: entry) }
    }

    private func group(_ relation: GroupRelation, of entry: TraceReport.Entry) -> Station {
        let name = DeadLetterWords.name(entry.target.key)
        let isStuck = relation.isStuck(claimIdle: claimIdle)
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
