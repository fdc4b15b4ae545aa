import Caracal
import Rendering
import Text

/// A variable by which a service tells its dispatcher how to work.
struct DispatchVariable {
    /// What it is about, as `env` calls it.
    let setting: String
    /// Its names: of several that are set the first one counts.
    let names: [String]
    /// The greatest number that it may be; the least is 1.
    let limit: Int
    /// The number that rules have for it.
    let number: (DispatchRules) -> Int
    /// Its number, as a person reads it.
    let text: (Int) -> String
    private let write: (inout DispatchRules, Int) -> Void

    fileprivate init<Number: BinaryInteger>(
        _ setting: String,
        _ names: [String],
        _ rule: WritableKeyPath<DispatchRules, Number>,
        limit: Int = columnLimit,
        text: @escaping (Int) -> String = { "\($0)" }
    ) {
        self.setting = setting
        self.names = names
        self.limit = limit
        self.text = text
        number = { Int($0[keyPath: rule]) }
        write = { $0[keyPath: rule] = Number($1) }
    }

    /// The greatest number that a column of Postgres's type integer holds.
    private static let columnLimit = 2_147_483_647

    /// What is set; nil where nothing is.
    func value(_ source: SettingsSource) throws(SettingsError) -> Setting<Int>? {
        guard let setting = names.lazy.compactMap({ source.variable($0) }).first else { return nil }
        guard let number = Parse.number(setting.value), (1...limit).contains(Int(number)) else {
            throw SettingsError(
                "\(setting.origin) is \(TerminalText(quoting: setting.value.utf8)): expected a number, 1 to \(limit)"
            )
        }
        return Setting(Int(number), setting.origin)
    }

    fileprivate func set(in rules: inout DispatchRules, _ source: SettingsSource) throws(SettingsError) {
        if let value = try value(source) { write(&rules, value.value) }
    }
}

extension DispatchVariable {
    /// Those of a table's service.
    static func all(of outbox: OutboxTable) -> [DispatchVariable] {
        let (milliseconds, seconds) = (
            { (number: Int) in number % 1_000 == 0 ? Format.duration(milliseconds: number) : "\(number)ms" },
            { (number: Int) in Format.duration(milliseconds: number * 1_000) }
        )
        // A batch is in memory.
        let batchLimit = 10_000
        switch outbox {
        case .api:
            return [
                DispatchVariable("poll", ["CARACAL_OUTBOX_POLL_MS", "OUTBOX_POLL_MS"], \.interval, text: milliseconds),
                DispatchVariable("batch", ["CARACAL_OUTBOX_BATCH", "OUTBOX_BATCH_SIZE"], \.batch, limit: batchLimit),
                DispatchVariable("lock", ["CARACAL_OUTBOX_LOCK_SEC", "OUTBOX_LOCK_SEC"], \.lockSeconds, text: seconds),
                DispatchVariable(
                    "max-attempts",
                    ["CARACAL_OUTBOX_MAX_ATTEMPTS", "OUTBOX_MAX_ATTEMPTS"],
                    \.maxAttempts
                ),
                DispatchVariable("maxlen", ["CARACAL_OUTBOX_STREAM_MAXLEN", "OUTBOX_STREAM_MAXLEN"], \.maxLength),
            ]
        case .coordinator:
            return [
                DispatchVariable("poll", ["OUTBOX_INTERVAL_MS"], \.interval, text: milliseconds),
                DispatchVariable("batch", ["OUTBOX_BATCH_SIZE"], \.batch, limit: batchLimit),
                DispatchVariable("max-attempts", ["OUTBOX_MAX_ATTEMPTS"], \.maxAttempts),
                DispatchVariable("maxlen", ["STREAMS_MAXLEN"], \.maxLength),
            ]
        }
    }
}

extension DispatchRules {
    /// How a dispatcher of a table works.
    static func read(for outbox: OutboxTable, _ source: SettingsSource) throws(SettingsError) -> DispatchRules {
        var rules = standard(of: outbox)
        for variable in DispatchVariable.all(of: outbox) { try variable.set(in: &rules, source) }
        return rules
    }
}
