import Redis
import Text

/// A stream of the table, and what was found under its key.
package struct ObservedStream: Sendable, Equatable {
    /// The stream as it should be.
    package let definition: StreamDefinition
    /// What is there.
    package let state: StreamState

    /// Pairs the two.
    package init(definition: StreamDefinition, state: StreamState) {
        self.definition = definition
        self.state = state
    }

    /// The share of the bound that is taken, 1 for all of it; nil without a bound or without a stream.
    package var fill: Double? {
        guard let length = state.info?.length, let bound = definition.bound, bound > 0 else { return nil }
        return Double(length) / Double(bound)
    }

    /// Why there is nothing to look into; nil for a stream.
    ///
    /// - Parameter severity: how much it matters when it does not exist.
    package func finding(missing severity: Finding.Severity = .failure) -> Finding? {
        let name = definition.name
        return switch state {
        case .stream: nil
        case .missing: Finding(.missing, severity, stream: name, "\(name) does not exist\(definition.creationAdvice)")
        case .otherType(let type):
            Finding(
                .wrongType,
                .failure,
                stream: name,
                "\(name) is not a stream: it holds \(type.text)"
            )
        case .refused(let refusal): Finding(.refused, .failure, stream: name, "\(name): \(refusal.text)")
        }
    }
}
