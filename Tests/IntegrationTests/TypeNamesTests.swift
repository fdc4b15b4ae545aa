import TestSupport
import Testing

/// What did not work is named by one rule, see the house rules in CONTRIBUTING: *Error* is thrown, *Refusal* is the server's
/// error reply, *Problem* is why a thing cannot be worked on, *Ending* is how a run came to its end, *Outcome* is what became
/// of one step or write.
@Suite struct TypeNamesTests {
    /// What these words would say has a word already.
    private static let formerWords = ["Fault", "Failure", "Obstacle", "Stop", "Violation", "End", "Lack"]

    /// Thrown to end a wait, with nothing to tell of it.
    private static let signals = ["Reached", "Closed", "CompletionWithoutServer", "Interrupted"]
    /// What else is thrown under another name.
    private static let others = ["Attempt", "UnusableSettings"]

    @Test func typesAreNamedByTheRule() throws {
        var (named, thrown, errors) = (0, Set<String>(), Set<String>())
        for path in Repository.files(in: "Sources") where path.hasSuffix(".swift") {
            for match in try Repository.text(path).matches(
                of: /\b(?:enum|struct|class|actor) (\w+)(?:<[^>]*>)?([^{\n]*)/
            ) {
                let (name, conformances) = (String(match.1), match.2)
                named += 1
                let word = Self.formerWords.first { name.hasSuffix($0) }
                #expect(word == nil, "\(path): \(name): see the words in CONTRIBUTING")
                let isThrown = conformances.split { !$0.isLetter }.contains("Error")
                if isThrown, !name.hasSuffix("Error") { thrown.insert(name) }
                if !isThrown, name.hasSuffix("Error") { errors.insert(name) }
            }
        }
        #expect(named > 1000)
        #expect(errors == [], "an Error can be thrown")
        let words = ["Refusal", "Problem", "Ending"]
        #expect(thrown.filter { name in !words.contains(where: name.hasSuffix) } == Set(Self.signals + Self.others))
    }

    /// `stop` and `doubt` tell what somebody asked for, and which key may be the wrong one.
    @Test func endingsAreCalledAsTheirTypes() throws {
        for path in Repository.files(in: "Sources") where path.hasSuffix(".swift") {
            let text = try Repository.text(path)
            for match in text.matches(of: /\b(?:var|let) (stop|doubt): (?:\w+\.)?(\w*Ending|UnsettledError)\b/) {
                Issue.record("\(path): \(match.1) is of the type \(match.2)")
            }
        }
    }
}
