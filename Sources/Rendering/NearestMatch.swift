/// Finds what an operator meant by a name that does not exist: "did you mean audit.events?"
package enum NearestMatch {
    /// Names longer than this many bytes are not compared: nobody mistyped them.
    private static let longest = 128

    /// The candidate with the fewest typing errors from `name`, the first one of equals, or `nil` if each would take more
    /// errors than one in three letters. Upper and lower case are the same letter here.
    package static func find(_ name: String, in candidates: some Sequence<String>) -> String? {
        mistyped(name, in: candidates).first
    }

    /// At most `limit` candidates: those that `name` may be mistyped from, the nearest first; where there are none, those
    /// that it is a part of, from three letters on: `idle` of `min-idle`, `audit` of `audit.events`.
    package static func several(_ name: String, in candidates: some Sequence<String>, limit: Int = 3) -> [String] {
        let name = name.lowercased()
        if let same = candidates.first(where: { $0.lowercased() == name }) { return [same] }
        let found = mistyped(name, in: candidates)
        guard found.isEmpty, name.count >= 3, name.utf8.count <= longest else { return Array(found.prefix(limit)) }
        let containing = candidates.filter { candidate in
            let candidate = candidate.lowercased()
            return candidate.hasPrefix(name) || candidate.split { "-._".contains($0) }.contains { $0 == name }
        }
        return Array(containing.prefix(limit))
    }

    /// The candidates within the cut-off, the nearest first; equals keep their order.
    private static func mistyped(_ name: String, in candidates: some Sequence<String>) -> [String] {
        guard name.utf8.count <= longest else { return [] }
        let limit = max(1, name.unicodeScalars.count / 3)
        let near = candidates.filter { $0.utf8.count <= longest }
            .map { (name: $0, distance: distance(name.lowercased(), $0.lowercased())) }
            .filter { $0.distance <= limit }
        return (0...limit).flatMap { distance in near.filter { $0.distance == distance }.map(\.name) }
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
