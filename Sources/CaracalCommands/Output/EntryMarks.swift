import Caracal
import Redis
import Rendering
import Text

/// What the signatures of entries that are shown are checked with.
enum EntryMarks {
    /// The keys and rules: where verdicts were asked for, and where lines can have a mark for them and a key is set. Who did not ask
    /// for verdicts is not stopped for want of a key.
    ///
    /// - Parameter hasMarks: whether the lines of a table would have a mark.
    static func signatures(
        of targets: [SignatureTarget],
        isAskedFor: Bool,
        hasMarks: Bool,
        _ session: Session
    ) throws -> (keys: SignatureKeys, rules: SignatureRules)? {
        let rules = SignatureRules(session.source)
        guard isAskedFor else {
            guard hasMarks, [.table, .wide].contains(session.output.format.value) else { return nil }
            let keys = SignatureKeys(settings: KeySettings(session.source))
            return keys.fields == nil && keys.audit == nil ? nil : (keys, rules)
        }
        let keys = try VerificationKeys(for: targets, keyFile: nil, previousKeyFile: nil, source: session.source)
        for warning in keys.warnings { session.say(.warning, code: .keyFileReadable, "\(warning)") }
        return (keys.keys, rules)
    }
}

extension SignatureKeys {
    /// The keys that are set and can be read.
    fileprivate init(settings: KeySettings) {
        let key = { (scheme: SignatureScheme) in (try? settings.load(scheme))??.key }
        self.init(fields: key(.fields), audit: key(.audit))
    }
}
