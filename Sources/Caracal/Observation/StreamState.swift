import Redis

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
