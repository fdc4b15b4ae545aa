import Caracal
import Rendering

extension [Finding] {
    /// The findings as an envelope's warnings.
    var warnings: [Envelope.Warning] {
        map { Envelope.Warning(code: $0.code, message: $0.message) }
    }
}
