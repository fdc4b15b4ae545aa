import Caracal
import Rendering

extension Quantity {
    /// For people: `1,234`, `≥ 100`, `≤ 6`, or `unknown`, never 0 for it.
    func text(_ form: (Int) -> String = Format.grouped) -> String {
        guard let value else { return "unknown" }
        let number = form(Int(clamping: value))
        return switch self {
        case .atLeast: "≥ \(number)"
        case .atMost: "≤ \(number)"
        case .exact, .unknown: number
        }
    }
}

extension [JSONMember] {
    /// Adds a quantity and how well it is known; both are null where there is nothing to know.
    mutating func append(_ name: String, _ quantity: Quantity?, unit: String = "") {
        append(JSONMember(name + unit, JSONValue(quantity?.value)))
        append(JSONMember(name + "_quality", JSONValue(quantity?.quality)))
    }
}
