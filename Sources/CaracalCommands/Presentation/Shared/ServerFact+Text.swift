import Caracal

extension ServerFact {
    /// The fact in words: `not permitted` and `unknown` where there is none. The words of `show` must be printable.
    func text(_ show: (Value) -> String) -> String {
        switch self {
        case .known(let value): show(value)
        case .notPermitted: "not permitted"
        case .unknown: "unknown"
        }
    }
}
