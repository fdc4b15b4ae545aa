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

    /// How far its last id lies ahead of a clock that stands at `now`, in milliseconds; 0 when it does not, nil when it cannot be told.
    package func idLead(at now: UInt64?) -> UInt64? {
        guard let now, let last = state.info?.lastGeneratedID.milliseconds else { return nil }
        return last - min(last, now)
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

/// What was found under a stream's key.
package enum StreamState: Sendable, Equatable {
    /// No such key.
    case missing
    /// A stream, with its groups where they were asked for.
    case stream(StreamInfo, groups: [GroupInfo])
    /// A key of another type.
    case otherType(OtherType)
    /// The server would not say.
    case refused(Refusal)

    /// The stream's figures, when it is one.
    package var info: StreamInfo? {
        if case .stream(let info, _) = self { info } else { nil }
    }

    /// The server's refusal, when it would not say.
    package var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}
