import Testing

@testable import CaracalCommands

@Suite struct BashWordTests {
    private static let breaks = " \t\n\"'@><=;|&(:"

    /// What is typed, the word that it becomes, and what takes the place of the part that bash takes for a word.
    @Test(arguments: [
        ("ab", "abc", "abc"), ("", "a b", "a\\ b"), ("gateway:h", "gateway:host", "host"), ("a:b:", "a:b:c", "c"),
        ("--output=js", "--output=json", "json"), ("a\\ b", "a bc", "a\\ bc"), ("a\\:b", "a:bc", "a:bc"),
        ("'a b", "a b'c", "a b'\\''c"), ("\"a b", "a b$c`d\"e\\f", "a b\\$c\\`d\\\"e\\\\f"), ("x'a:b", "xa:bc", "a:bc"),
        ("'a:'b", "a:bc", "bc"), ("", "$(touch x)", "\\$\\(touch\\ x\\)"), ("", "~a", "\\~a"), ("", "ü*", "ü\\*"),
    ])
    func aWordIsWrittenAsTheLineNeedsIt(typed: String, word: String, text: String) {
        let line = CommandLineSplitter.splitUnfinished("caracalctl x " + typed, breaks: Self.breaks)
        #expect(BashWord(word, in: line)?.text == text)
    }

    @Test(arguments: [("\"a", "a!b"), ("a\\", "ab")])
    func whatCannotBeWrittenThereIsLeftOut(typed: String, word: String) {
        let line = CommandLineSplitter.splitUnfinished("caracalctl x " + typed, breaks: Self.breaks)
        #expect(BashWord(word, in: line)?.text == nil)
    }
}
