import Caracal
import Redis
import Text

/// The fields of an entry that matter to a person, as `name=value`: what it is about first, the audit event in it opened.
struct EntryWords {
    /// Whether signature fields are shown.
    let showsSignature: Bool
    /// Whether the ids are shown that consumers tell a message delivered twice by.
    let showsIDs: Bool

    /// The words of a message, in their order.
    func words(_ message: Message) -> [TerminalText] {
        var pairs: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
        var folding = FieldFolding()
        folding.fold(message.fields, in: message.bytes)
        for index in message.fields.indices where folding.counts(index) {
            let (name, value) = (message.name(at: index), message.value(at: index))
            if isEvent(name), let event = Message(object: value) {
                pairs += event.fields.indices.map { (event.name(at: $0), event.value(at: $0)) }.filter { !$0.1.isEmpty }
            } else if isShown(name) {
                pairs.append((name, value))
            }
        }
        return pairs.enumerated().map { (rank: Self.rank($1.name), place: $0, text: Self.word($1.name, $1.value)) }
            .sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }.map(\.text)
    }

    private func isEvent(_ name: ArraySlice<UInt8>) -> Bool {
        name.elementsEqual(FieldName.data) || name.elementsEqual(FieldName.deadData)
    }

    private func isShown(_ name: ArraySlice<UInt8>) -> Bool {
        let own = name.starts(with: Self.deadPrefix) ? name.dropFirst(Self.deadPrefix.count) : name
        if own.elementsEqual(FieldName.signature) || own.elementsEqual(FieldName.auditSignature) {
            return showsSignature
        }
        return showsIDs || !Self.identities.contains { own.elementsEqual($0) }
    }

    private static let deadPrefix = Array("src_".utf8)
    private static let identities = ["outbox_id", "dedupe_key"].map { Array($0.utf8) }

    /// What is asked first at three in the morning: what happened, how it was decided, where, to whom, and by whom.
    private static let foremost = [
        "event_type", "event", "decision", "status", "reason", "error", "zone_id", "subject", "subject_id", "user_id",
        "session_id", "sid", "root_sid", "agent_session_id", "delegation_edge_id", "grant_id", "application_id",
        "policy_set_id", "policy_set_version_id", "epoch", "evaluation_status", "request_id", "id",
    ].map { Array($0.utf8) }

    /// What is long and seldom read.
    private static let last = [
        "occurred_at", "manifest_sha", "determining_policies_json", "diagnostics_json", "metadata_json",
    ]
    .map { Array($0.utf8) }

    private static func rank(_ name: ArraySlice<UInt8>) -> Int {
        if let place = foremost.firstIndex(where: { name.elementsEqual($0) }) { return place }
        return foremost.count + (last.firstIndex { name.elementsEqual($0) }.map { $0 + 1 } ?? 0)
    }

    /// A value with a blank or a quotation mark in it, or without anything, is quoted: it could be taken for more fields.
    private static func word(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> TerminalText {
        let text = TerminalText(value)
        let isJSON = value.first == UInt8(ascii: "{") || value.first == UInt8(ascii: "[")
        let needsQuotes =
            text.isEmpty || !isJSON && (value.contains(UInt8(ascii: " ")) || value.contains(UInt8(ascii: "\"")))
        return needsQuotes ? "\(name)=\"\(Self.escapingQuotes(text))\"" : "\(name)=\(text)"
    }

    /// A field whose words cannot be taken for more than one, whatever bytes are in it: for what somebody is asked to answer for.
    ///
    /// - Parameter limit: how many bytes of the name, and of the value, are shown.
    static func unmistakable(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, limit: Int) -> TerminalText {
        "\(part(name, limit))=\(part(value, limit))"
    }

    private static func part(_ bytes: ArraySlice<UInt8>, _ limit: Int) -> TerminalText {
        let text = TerminalText(bytes.prefix(limit))
        let rest: TerminalText = bytes.count > limit ? "..." : ""
        let isPlain = bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "\"") }
        return isPlain && !bytes.isEmpty ? "\(text)\(rest)" : "\"\(escapingQuotes(text))\"\(rest)"
    }

    private static func escapingQuotes(_ text: TerminalText) -> TerminalText {
        let parts = text.text.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.map { TerminalText(keeping: String($0)) }.joined(separator: "\\\"")
    }
}
