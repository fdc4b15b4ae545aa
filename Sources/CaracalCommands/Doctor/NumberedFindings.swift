import Caracal
import Rendering
import Text

/// The findings of a diagnosis as they are listed for a person: numbered, what comes from one directly below it and without a number.
struct NumberedFindings {
    /// Those that are shown.
    private(set) var shown: [(item: Diagnosis.Item, number: Int?)] = []
    /// How many more there are, by check.
    private(set) var hidden: [(check: String, count: Int)] = []

    /// How many findings of one check are shown one by one: a bus with thousands of groups has thousands alike.
    static let most = 10

    /// - Parameter isWanted: whether outcomes of a status are listed.
    init(_ diagnosis: Diagnosis, where isWanted: (CheckOutcome.Status) -> Bool) {
        var (number, isHidden) = (0, false)
        var counts: [String: Int] = [:]
        for item in diagnosis.items where isWanted(item.outcome.status) {
            let isCause = item.explainedBy == nil
            counts[item.check, default: 0] += 1
            isHidden = counts[item.check, default: 0] > Self.most || !isCause && isHidden
            guard isHidden else {
                if isCause { number += 1 }
                shown.append((item, isCause ? number : nil))
                continue
            }
            if let place = hidden.firstIndex(where: { $0.check == item.check }) {
                hidden[place].count += 1
            } else {
                hidden.append((item.check, 1))
            }
        }
    }

    /// The command that lists all findings of a check.
    static func command(_ check: String) -> TerminalText { "caracalctl doctor --only \(check) -o ndjson" }
}

extension CheckOutcome.Status {
    /// The status in a word for a person.
    var word: String {
        switch self {
        case .failure: "FAILURE"
        case .warning: "WARNING"
        case .unknown: "UNKNOWN"
        case .note: "NOTE"
        case .ok: "OK"
        }
    }
}

extension Evidence {
    /// A sentence with its times in words, moments as they are in a zone.
    func words(_ zone: ClockZone = .utc) -> TerminalText {
        text {
            Format.age(milliseconds: Int(clamping: $0))
        } moment: {
            Self.moment($0, zone)
        }
    }

    /// A moment in Unix milliseconds, in a zone.
    static func moment(_ milliseconds: UInt64, _ zone: ClockZone) -> String {
        zone.timestamp(milliseconds: milliseconds) ?? "after the year 9999"
    }
}
