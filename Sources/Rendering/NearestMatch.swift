/// Finds what an operator meant by a name that does not exist: "did you mean audit.events?"
package enum NearestMatch {
    /// Names longer than this many bytes are not compared: nobody mistyped them.
    private static let longest = 128

    /// The candidate with the fewest typing errors from `name`, the first one of equals, or `nil` if each would take more
    /// errors than one in three letters. Upper and lower case are the same letter here.
    package static func find(_ name: String, in candidates: some Sequence<String>) -> String? {
        guard name.utf8.count <= longest else { return nil }
        let limit = max(1, name.unicodeScalars.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate.utf8.count <= longest {
            let distance = distance(name.lowercased(), candidate.lowercased())
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The Damerau–Levenshtein distance in scalars: insertions, deletions, substitutions and swaps of neighbours, no
    /// part edited twice. Quadratic in the lengths, which the caller bounds.
    static func distance(_ first: String, _ second: String) -> Int {
        let first = Array(first.unicodeScalars)
        let second = Array(second.unicodeScalars)
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for row in 0..<first.count {
            var current = [row + 1]
            for column in 0..<second.count {
                let substitution = last[column] + (first[row] == second[column] ? 0 : 1)
                var least = min(substitution, last[column + 1] + 1, current[column] + 1)
                let isSwap =
                    row > 0 && column > 0 && first[row] == second[column - 1] && first[row - 1] == second[column]
                if isSwap { least = min(least, beforeLast[column - 1] + 1) }
                current.append(least)
            }
            (beforeLast, last) = (last, current)
        }
        return last[second.count]
    }
}
