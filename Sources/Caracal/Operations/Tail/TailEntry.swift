import Redis

/// An entry on its way past `tail`.
package struct TailEntry: Sendable, Equatable {
    /// The stream it is in.
    package let stream: StreamDefinition
    /// Its id there.
    package let id: EntryID
    /// Its fields, in their order.
    package let message: Message
    /// What became of its signature, and of that of the source entry inside a dead letter; empty where none was checked.
    package let judgements: [Judgement]
}
