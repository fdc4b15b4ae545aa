import Caracal

/// Turns the names of a command line into streams of dead letters.
enum DeadLetterStreams {
    /// All of them when none is named. A stream's own name stands for wherever its dead letters go.
    static func resolve(_ names: [String]) throws(Failure) -> [SignatureTarget] {
        guard !names.isEmpty else { return SignatureTarget.deadLetters }
        var keys: [[UInt8]] = []
        for name in names { keys.append(try StreamNames.key(of: name)) }
        return SignatureTarget.deadLetters.filter { target in
            keys.contains { $0 == target.key || $0 == target.source?.key }
        }
    }
}
