import RedisSandbox
import TestSupport
import Testing

/// What a person reads is in plain technical English: words that stop a reader are kept out of help, messages, manuals and README.
@Suite struct PlainWordsTests {
    /// Each reads as if translated, or is a metaphor where the field has a word.
    private static let phrases = [
        "mend", "mends", "mended", "mending", "stead", "whoever", "meanwhile", "is said", "so often", "so long",
        "so many",
        "deserves a look", "as it stands", "as they stand", "let us in", "nobody can be asked", "can be asked",
        "taken up",
        "is wanted", "are wanted", "stands behind",
    ]

    /// Those of them that a comment has no use for either.
    private static let neverUsed = [
        "mend", "mends", "mended", "mending", "stead", "whoever", "meanwhile", "so often", "so many", "let us in",
    ]

    /// Both, word by word: a line is compared with all of them.
    private static let (phraseWords, neverUsedWords) = (phrases.map(words), neverUsed.map(words))

    @Test func textIsInPlainWords() throws {
        let pages = (FileTree.names(in: "\(Repository.root)/man") ?? []).map { "man/\($0)" }
        let sources = Repository.files(in: "Sources").filter { $0.hasSuffix(".swift") }
        #expect(pages.count > 20 && sources.count > 100)
        for path in sources + pages + ["README.md", "CONTRIBUTING.md", "Makefile"] {
            let isSource = path.hasSuffix(".swift")
            let text = try Repository.text(path)
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let isComment = isSource && line.drop(while: { $0 == " " }).hasPrefix("//")
                let phrases = isComment ? Self.neverUsedWords : Self.phraseWords
                // The former name of a member of a JSON document, which is a promise.
                if line.contains("\"mend\":") || line.contains("items[].mend") { continue }
                // A string's words stand between its quotes, or in a line of a longer one, which has no code.
                let words = Self.words(String(line))
                guard let phrase = phrases.first(where: { Self.has($0, in: words) }) else { continue }
                Issue.record("\(path):\(index + 1) says \"\(phrase.joined(separator: " "))\"")
            }
        }
    }

    /// The words of a text, in small letters.
    private static func words(_ text: String) -> [Substring] {
        let text = text.lowercased()
        // The letters of ASCII are found many times as fast by their bytes, and nearly all lines have no others.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return text.split { !$0.isLetter && $0 != "_" } }
        let isOfAWord: (UInt8) -> Bool = {
            $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") || $0 == UInt8(ascii: "_")
        }
        return text.utf8.split { !isOfAWord($0) }.map(Substring.init)
    }

    /// Whether a line has the words of a phrase, not as parts of longer ones.
    private static func has(_ phrase: [Substring], in words: [Substring]) -> Bool {
        guard words.count >= phrase.count else { return false }
        return (0...words.count - phrase.count).contains { words[$0..<$0 + phrase.count].elementsEqual(phrase) }
    }
}
