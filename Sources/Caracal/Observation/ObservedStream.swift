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
    package var problem: StreamProblem? {
        switch state {
        case .stream: nil
        case .missing: .missing(definition)
        case .otherType(let type): .otherType(definition, type)
        case .refused(let refusal): .refused(definition, refusal)
        }
    }

    /// The same as a finding.
    ///
    /// - Parameter severity: how much it matters when it does not exist.
    package func finding(missing severity: Finding.Severity = .failure) -> Finding? {
        guard let problem else { return nil }
        let (code, severity): (Finding.Code, Finding.Severity) =
            switch state {
            case .missing: (.missing, severity)
            case .otherType: (.wrongType, .failure)
            case .refused, .stream: (.refused, .failure)
            }
        return Finding(code, severity, stream: definition.name, problem.text())
    }
}
