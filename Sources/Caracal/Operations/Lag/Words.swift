/// Small words that messages share.
enum Words {
    /// `1 entry`, `2 entries`.
    static func entries(_ count: UInt64) -> String {
        count == 1 ? "1 entry" : "\(count) entries"
    }
}
