import Caracal

extension SignatureTarget {
    /// The streams of a command line: those of the table, their `.dead` streams, and with `allowsAny` any other.
    static func resolve(_ names: [String], allowsAny: Bool) throws(Failure) -> [SignatureTarget] {
        var targets: [SignatureTarget] = []
        for name in names {
            let target = SignatureTarget(key: Array(try key(of: name, allowsAny: allowsAny).utf8))
            if !targets.contains(target) { targets.append(target) }
        }
        return targets
    }

    private static func key(of name: String, allowsAny: Bool) throws(Failure) -> String {
        guard name.hasSuffix(StreamTable.deadLetterSuffix) else {
            return try StreamNames.resolve(name, allowsAny: allowsAny).name
        }
        let source = String(name.dropLast(StreamTable.deadLetterSuffix.count))
        return try StreamNames.resolve(source, allowsAny: allowsAny).deadLetterName
    }
}
