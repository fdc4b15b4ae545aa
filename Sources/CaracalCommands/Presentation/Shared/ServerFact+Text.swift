import Caracal
import Text

extension ServerFact {
    /// The fact in words: `not permitted` and `unknown` where there is none.
    func text(_ show: (Value) -> TerminalText) -> TerminalText {
        switch self {
        case .known(let value): show(value)
        case .notPermitted: "not permitted"
        case .unknown: "unknown"
        }
    }
}
