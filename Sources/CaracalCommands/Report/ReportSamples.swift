import Caracal
import RESP
import Redis
import Rendering
import Text

/// Entries that findings are about, a few to each: for who asks for contents.
struct ReportSamples {
    private let examination: Examination
    private let connection: any CommandChannel

    /// How many entries a finding has, how many findings have some, and how much of an entry is shown.
    private static let (entryLimit, findingLimit, fieldLimit, valueLimit) = (3, 20, 24, 300)

    init(_ examination: Examination, _ connection: any CommandChannel) {
        self.examination = examination
        self.connection = connection
    }

    /// Entries by the places of the items that they belong to.
    func of(_ diagnosis: Diagnosis) throws(RedisError) -> [Int: [DocumentFinding.Sample]] {
        var samples: [Int: [DocumentFinding.Sample]] = [:]
        for (place, item) in diagnosis.items.enumerated() where samples.count < Self.findingLimit {
            guard item.outcome.status == .failure || item.outcome.status == .warning else { continue }
            let found = try entries(of: item).prefix(Self.entryLimit)
            if !found.isEmpty { samples[place] = try found.map { entry throws(RedisError) in try sample(entry) } }
        }
        return samples
    }

    /// Where an entry lies, and what makes it interesting.
    private struct Place {
        let key: [UInt8]
        let id: EntryID
        let why: TerminalText
    }

    private func entries(of item: Diagnosis.Item) throws(RedisError) -> [Place] {
        guard let name = item.outcome.stream,
            let stream = (examination.pending.streams + examination.deadLetters)
                .first(where: { $0.definition.name.utf8.elementsEqual(name.utf8) })
        else { return [] }
        if let group = item.outcome.group {
            let found = try WatchTarget.pending(stream.definition, group: group, consumer: nil).look(on: connection)
            guard case .pending(let entries) = found else { return [] }
            return entries.map {
                Place(
                    key: stream.definition.key,
                    id: $0.id,
                    why: "pending at \($0.consumer), delivered \(Format.count($0.deliveries, "time"))"
                )
            }
        }
        if item.check == "signatures" {
            return examination.signatures.entries.filter { $0.stream == stream.definition.key }.compactMap { entry in
                EntryID(entry.id).map { Place(key: entry.stream, id: $0, why: "signature \(entry.judgement.verdict)") }
            }
        }
        guard item.check.hasPrefix("dead-letter"),
            case .deadLetters(let items) = try WatchTarget.deadLetters(stream.definition).look(on: connection)
        else { return [] }
        return items.map { Place(key: $0.stream, id: $0.id, why: "reason: \($0.reasonKind)") }
    }

    private func sample(_ place: Place) throws(RedisError) -> DocumentFinding.Sample {
        let title: TerminalText = "\(DeadLetterWords.name(place.key)) \(place.id) (\(place.why))"
        switch try WatchTarget.entry(key: place.key, place.id).look(on: connection) {
        case .entry(let message?):
            let fields = message.fields.indices.prefix(Self.fieldLimit).map { index in
                (name: Self.cut(message.name(at: index)), value: Self.cut(message.value(at: index)))
            }
            let rest = message.fields.count - fields.count
            return DocumentFinding.Sample(
                title,
                fields: fields,
                remark: rest > 0 ? "and \(Format.count(rest, "more field"))" : nil
            )
        case .refused(let refusal): return DocumentFinding.Sample(title, fields: [], remark: refusal.text)
        default: return DocumentFinding.Sample(title, fields: [], remark: "it is not in the stream: deleted or trimmed")
        }
    }

    /// As much of a name or a value as is shown.
    private static func cut(_ bytes: ArraySlice<UInt8>) -> TerminalText {
        bytes.count <= valueLimit
            ? TerminalText(bytes) : "\(bytes.prefix(valueLimit))… (\(Format.count(bytes.count, "byte")))"
    }
}
