import Text

/// A word that can stand where the cursor is.
struct Candidate: Equatable {
    /// The word itself: it may come from the network, and is to be written as the one who asks needs it.
    let word: String
    /// What it is, in a few words; nil for none.
    let note: TerminalText?

    init(_ word: String, _ note: TerminalText? = nil) {
        self.word = word
        self.note = note
    }

    /// Whether it starts with what was typed, byte by byte.
    func continues(_ typed: String) -> Bool { word.utf8.starts(with: typed.utf8) }
}

/// What can stand where the cursor is.
enum CompletionOffer: Equatable {
    /// Whole words.
    case words([Candidate])
    /// What a word begins with: more is to be typed behind each of them.
    case stems([Candidate])
    /// Files, behind what the word begins with: `--to=`.
    case files(behind: String)
    /// Folders, behind what the word begins with.
    case folders(behind: String)
    /// Whatever the command behind `--` takes.
    case otherCommand

    /// Nothing can.
    static let nothing = words([])

    /// The candidates among which is to be chosen.
    var candidates: [Candidate] {
        switch self {
        case .words(let candidates), .stems(let candidates): candidates
        case .files, .folders, .otherCommand: []
        }
    }
}
