import Rendering
import Text

/// What the Audit service is told about pending entries, by the variables that it reads itself.
struct AuditSettings: Equatable {
    /// After how long without a delivery another consumer may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    let claimIdle: UInt64
    /// How often an entry is delivered before it becomes a dead letter (`AUDIT_MAX_DELIVERIES`).
    let maxDeliveries: UInt64

    /// Reads the environment.
    init(_ source: SettingsSource = .process) throws(SettingsError) {
        claimIdle = try Self.number("AUDIT_CLAIM_IDLE_SECS", 30, source) * 1000
        maxDeliveries = try Self.number("AUDIT_MAX_DELIVERIES", 8, source)
    }

    private static func number(
        _ name: String,
        _ standard: UInt64,
        _ source: SettingsSource
    ) throws(SettingsError) -> UInt64 {
        guard let text = source.variable(name)?.value else { return standard }
        guard let value = Parse.number(text), (1...999_999_999).contains(value) else {
            throw SettingsError("\(name) is not a number from 1")
        }
        return UInt64(value)
    }
}
