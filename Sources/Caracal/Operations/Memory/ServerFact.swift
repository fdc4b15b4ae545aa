import Redis

/// Something a server may tell of itself, or not. What it does not tell is never 0.
package enum ServerFact<Value: Sendable & Equatable>: Sendable, Equatable {
    /// It told.
    case known(Value)
    /// It refused the command that would tell.
    case notPermitted
    /// It answered, and this was not in the answer.
    case unknown

    /// Reads a fact out of an answer.
    init<Answer>(_ answer: Result<Answer, Refusal>, _ read: (Answer) -> Value?) {
        switch answer {
        case .success(let answer): self = read(answer).map(Self.known) ?? .unknown
        case .failure: self = .notPermitted
        }
    }

    /// The value, when it is known.
    package var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }

    /// This fact, or another where this one is not known.
    func or(_ other: ServerFact) -> ServerFact {
        if value != nil { return self }
        return other == .unknown ? self : other
    }
}
