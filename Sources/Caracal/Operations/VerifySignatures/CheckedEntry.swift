/// An entry that was judged, and where it is.
package struct CheckedEntry: Sendable, Equatable {
    /// The stream that was read.
    package let stream: [UInt8]
    /// The entry's id there, as it was read; a dead letter's own for the source entry inside it.
    package let id: [UInt8]
    /// What became of it.
    package let judgement: Judgement

    init(stream: [UInt8], id: [UInt8], _ judgement: Judgement) {
        self.stream = stream
        self.id = id
        self.judgement = judgement
    }
}
