import Caracal
import Redis
import Rendering
import Text

extension KeyVerdict {
    /// What is to be said where some of a stream's newest signed entries verify with the key that is set and some do not; nil for
    /// any other verdict. Nobody is blamed: the others may be forged, or of a publisher with another key, or of the key before.
    func mixture(on stream: StreamDefinition) -> Finding? {
        let (fitting, signed): (UInt64, UInt64)
        switch self {
        case .fitsSome(let some, let all), .fitsFew(let some, let all): (fitting, signed) = (some, all)
        case .fits, .fitsNone, .fitsFewElsewhere, .refused, .untold: return nil
        }
        guard fitting > 0 else { return nil }
        let (some, others) = (Format.grouped(UInt(fitting)), Format.grouped(UInt(signed - fitting)))
        return Finding(
            .invalidSignature,
            .warning,
            stream: stream.name,
            """
            the newest \(signed) signed entries of \(stream.name) are of two keys: \(some) \
            \(fitting == 1 ? "verifies" : "verify") with this key, \(others) \(signed - fitting == 1 ? "does" : "do") not \
            (caracalctl verify-sig \(stream.word))
            """
        )
    }
}

extension Finding {
    /// That nothing is known of the key, because a stream's entries may not be read.
    static func untriedKey(on stream: StreamDefinition, _ refusal: Refusal) -> Finding {
        Finding(
            .notPermitted,
            .warning,
            stream: stream.name,
            "the key could not be tried on \(stream.name): \(refusal.reason); with another key than the consumers' they skip what is "
                + "published"
        )
    }
}
