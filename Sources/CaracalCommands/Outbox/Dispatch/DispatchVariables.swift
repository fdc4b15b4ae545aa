import Caracal
import Rendering
import Text

/// The variables by which the services tell their dispatchers how to work. The first name wins where several are set.
enum DispatchVariables {
    /// How a dispatcher of a table works.
    static func rules(for outbox: OutboxTable, _ source: SettingsSource) throws(SettingsError) -> DispatchRules {
        var rules = DispatchRules.standard(of: outbox)
        switch outbox {
        case .api:
            try set(&rules.interval, ["CARACAL_OUTBOX_POLL_MS", "OUTBOX_POLL_MS"], source)
            try set(&rules.batch, ["CARACAL_OUTBOX_BATCH", "OUTBOX_BATCH_SIZE"], source, limit: batchLimit)
            try set(&rules.lockSeconds, ["CARACAL_OUTBOX_LOCK_SEC", "OUTBOX_LOCK_SEC"], source)
            try set(&rules.maxAttempts, ["CARACAL_OUTBOX_MAX_ATTEMPTS", "OUTBOX_MAX_ATTEMPTS"], source)
            try set(&rules.maxLength, ["CARACAL_OUTBOX_STREAM_MAXLEN", "OUTBOX_STREAM_MAXLEN"], source)
        case .coordinator:
            try set(&rules.interval, ["OUTBOX_INTERVAL_MS"], source)
            try set(&rules.batch, ["OUTBOX_BATCH_SIZE"], source, limit: batchLimit)
            try set(&rules.maxAttempts, ["OUTBOX_MAX_ATTEMPTS"], source)
            try set(&rules.maxLength, ["STREAMS_MAXLEN"], source)
        }
        return rules
    }

    /// A batch is in memory.
    private static let batchLimit = 10_000
    /// The greatest number that a column of Postgres's type integer holds.
    private static let limit = 2_147_483_647

    private static func set<Number: BinaryInteger>(
        _ value: inout Number,
        _ names: [String],
        _ source: SettingsSource,
        limit: Int = limit
    ) throws(SettingsError) {
        guard let setting = names.lazy.compactMap({ source.variable($0) }).first else { return }
        guard let number = Parse.number(setting.value), (1...limit).contains(Int(number)) else {
            throw SettingsError(
                "\(setting.origin) is \(TerminalText(quoting: setting.value.utf8)): expected a number, 1 to \(limit)"
            )
        }
        value = Number(number)
    }
}
