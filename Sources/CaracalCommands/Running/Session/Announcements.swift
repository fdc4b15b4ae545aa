/// What was said already, so that the same is said once however often it happens.
final class Announcements {
    private var said: Set<String> = []

    /// Whether this is new.
    func isFirst(_ text: String) -> Bool {
        said.insert(text).inserted
    }
}
