import Text

/// Remembers texts that were printed, so that each is printed once however often its cause comes up.
final class OnceOnly {
    private var said: Set<String> = []

    /// Whether this is new.
    func isFirst(_ text: TerminalText) -> Bool {
        said.insert(text.text).inserted
    }
}
