/// A number below zero behind an option, as in `-n -5`. To the parser it is the name of an option.
enum NegativeValue {
    /// The words with such numbers joined to the options they were meant for, `--limit=-5`; nil where there is none.
    static func joined(_ words: [String]) -> [String]? {
        guard words.contains(where: isOne) else { return nil }
        var joined: [String] = []
        var isFound = false
        var awaiting: ArgumentDescription?
        for word in CommandLineReading(words, .root).words {
            if let option = awaiting, isOne(word.text), let name = option.typedNames.last {
                joined[joined.count - 1] = "\(name)=\(word.text)"
                isFound = true
            } else {
                joined.append(word.text)
            }
            awaiting = word.option.flatMap { $0.takesValue && !word.isJoined ? $0 : nil }
        }
        return isFound ? joined : nil
    }

    private static func isOne(_ word: String) -> Bool {
        word.hasPrefix("-") && word.dropFirst().first.map { ("0"..."9").contains($0) } == true
    }
}
