import Redis

extension EntryID {
    /// The age in milliseconds by a clock that stands at `now`; nil when the id is no clock time.
    ///
    /// Ids are made from the server's clock, but an entry may be given any: what lies before 2001 or after now is none.
    package func age(at now: UInt64?) -> UInt64? {
        guard let now, milliseconds >= 1_000_000_000_000 else { return nil }
        return milliseconds <= now ? now - milliseconds : nil
    }
}
