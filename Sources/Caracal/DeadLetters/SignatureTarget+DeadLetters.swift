extension SignatureTarget {
    /// Every stream of dead letters: the audit DLQ, and the `.dead` stream of each stream of the table. Only the first is
    /// provisioned; the others come to be when the first message dies.
    package static var deadLetters: [SignatureTarget] {
        let dotDead = StreamTable.all.filter { SignatureTarget(key: $0.key).source == nil }
            .map { SignatureTarget(key: Array($0.deadLetterName.utf8), isOptional: true) }
        return StreamTable.all.map { SignatureTarget(key: $0.key) }.filter { $0.source != nil } + dotDead
    }
}
