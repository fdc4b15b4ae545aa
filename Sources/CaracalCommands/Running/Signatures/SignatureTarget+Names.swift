import Caracal

extension SignatureTarget {
    /// The streams of a command line: those of the table, their `.dead` streams, and with `allowsAny` any other.
    static func resolve(_ names: [String], allowsAny: Bool) throws(Failure) -> [SignatureTarget] {
        var targets: [SignatureTarget] = []
        for name in names {
            let target = SignatureTarget(key: try StreamNames.key(of: name, allowsAny: allowsAny))
            if !targets.contains(target) { targets.append(target) }
        }
        return targets
    }
}
