import Caracal
import Redis
import Text

/// What the user of a look may not run or touch, though a scrape asks for it, and which metrics are missing for that.
struct ScrapeRights: Equatable {
    private let user: String?
    /// Commands as ACL rules name them, in the order in which they were refused.
    private let commands: [String]
    /// Keys, those of the table's streams first.
    private let keys: [[UInt8]]

    /// What is missing without a command. Without the others that a scrape asks for there is no sample at all, which is told as such,
    /// or nothing is missing.
    static let metrics: KeyValuePairs<String, [Metric]> = [
        "time": [.streamIDLead, .groupBehind],
        "xinfo|consumers": [.groupConsumers, .groupSilence],
        "xpending": [.groupOldestIdle, .groupMostDeliveries],
        "xrevrange": [.signatures],
        "xlen": [.deadLetters],
        "xrange": [
            .deadLettersByReason, .deadLettersReplayable, .deadLettersBySignature, .deadLettersOldest,
            .deadLettersNewest,
        ],
        "info": [
            .redisReplica, .redisTakesWrites, .redisKeys, .redisRateKeys, .memoryUsed, .memoryPeak,
            .memoryFragmentation, .aofEnabled,
            .aofWriteOK, .aofRewriteOK, .saveOK, .saveTime, .unsavedChanges,
        ],
        "config|get": [.memoryLimit, .memoryPolicy],
        "memory|usage": [.streamMemory],
    ]

    /// - Parameter letters: why dead letters could not be read; nil where they could.
    /// - Returns: nil where nothing is missing for want of a right, or the server was not asked.
    init?(_ result: ScrapeResult, letters: Refusal?) {
        guard let check = result.check else { return nil }
        let streams = check.streams.compactMap(\.state.refusal).compactMap(\.missingRight)
        let refusals =
            check.measures.compactMap(\.refusal) + check.groups.flatMap(\.refusals) + [letters].compactMap(\.self)
        let rights = refusals.compactMap(\.missingRight) + (result.memory?.servers.compactMap(\.missingRight) ?? [])
        let missing = check.unlooked.compactMap(\.right) + rights.filter { $0.kind != .key }.flatMap(\.commands)
        commands = Self.metrics.map(\.key).filter(missing.contains)
        // A stream that is refused where others are not is refused for its key, whatever the server's words are.
        var keys: [[UInt8]] = []
        for key in (streams + rights.filter { $0.kind == .key }).compactMap(\.key) where !keys.contains(key) {
            keys.append(key)
        }
        self.keys = keys
        user = (streams + rights).first?.user
        if commands.isEmpty, keys.isEmpty { return nil }
    }

    /// What is missing of keys: nearly all that there is about them.
    private var families: [String] {
        let streams = StreamTable.all.filter { keys.contains($0.key) }
        return [
            streams.isEmpty ? nil : "caracal_stream_*",
            streams.allSatisfy(\.groups.isEmpty) ? nil : "caracal_group_*",
            keys.contains { SignatureTarget(key: $0).source != nil } ? "caracal_dead_letters*" : nil,
        ].compactMap(\.self)
    }

    /// What an operator is told.
    var text: TerminalText {
        let names = commands.map { $0.split(separator: "|").joined(separator: " ").uppercased() }
        let parts: [TerminalText] = [
            names.isEmpty ? nil : "may not run \(names.joined(separator: ", "))",
            keys.isEmpty ? nil : "has no access to \(keys.map { TerminalText($0) }.joined(separator: ", "))",
        ].compactMap(\.self)
        let families = self.families
        let single = Self.metrics.filter { commands.contains($0.key) }.flatMap(\.value).map(\.rawValue)
            .filter { name in !families.contains { name.hasPrefix($0.dropLast()) } }
        let missing = families + single
        let lacks: TerminalText =
            missing.isEmpty
            ? "what a scrape tells of it is missing"
            : "these metrics are missing, in whole or in part: \(missing.joined(separator: ", "))"
        return """
            \(user.map { "the user \"\($0)\"" } ?? "this user") \(parts.joined(separator: " and ")): \(lacks) (caracalctl provision \
            --emit-acl observer prints what it needs)
            """
    }
}
