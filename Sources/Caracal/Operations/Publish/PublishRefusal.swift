/// Why a message was not even sent.
package enum PublishRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// No message of any stream may look like this.
    case message(MessageRefusal)
    /// The stream's consumers would not accept it.
    case schema(SchemaViolation)
    /// It could not be signed.
    case signing(CryptographyError)
    /// It could not be given an id.
    case identification(SystemRandomnessError)

    package var description: String {
        switch self {
        case .message(let refusal): "\(refusal)"
        case .schema(let violation): "\(violation) (--no-schema skips this check)"
        case .signing(let error): "\(error)"
        case .identification(let error): "\(error)"
        }
    }

    /// Whether the message is at fault, and not this machine.
    package var isAboutMessage: Bool {
        switch self {
        case .message, .schema: true
        case .signing, .identification: false
        }
    }
}
