import Redis
import Text

/// Of which type a key is that holds no stream, as far as TYPE tells.
package enum OtherType: Sendable, Equatable {
    /// The server's word for it, such as `string`.
    case known(String)
    /// The server would not say.
    case refused(Refusal)

    init(_ answer: Result<String, Refusal>) {
        switch answer {
        case .success(let name): self = .known(name)
        case .failure(let refusal): self = .refused(refusal)
        }
    }

    /// What the key holds, to follow on "it holds".
    package var text: TerminalText {
        switch self {
        case .known(let name): "a \(name)"
        case .refused(let refusal): "a different type (which one is not known: \(refusal.text))"
        }
    }
}
