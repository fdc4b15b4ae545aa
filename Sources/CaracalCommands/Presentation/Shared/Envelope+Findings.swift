import Caracal
import Rendering
import Text

extension [Finding] {
    /// The findings as an envelope's warnings.
    var warnings: [Envelope.Warning] {
        map { Envelope.Warning(code: $0.code.rawValue, message: $0.message.json) }
    }
}
