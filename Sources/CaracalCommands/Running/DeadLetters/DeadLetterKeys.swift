import Caracal
import Text

/// The keys that the signatures of dead letters are checked with. Each may be missing: then entries are unchecked, never
/// valid.
enum DeadLetterKeys {
    /// Loads what the environment has.
    static func load(_ session: Session) throws -> SignatureKeys {
        let settings = KeySettings(session.source)
        let fields = try settings.load(.fields)
        let audit = try settings.load(.audit)
        for warning in [fields, audit].compactMap({ $0?.warning }) {
            session.say(.warning, code: .keyFileReadable, "\(warning)")
        }
        return SignatureKeys(fields: fields?.key, audit: audit?.key)
    }
}
