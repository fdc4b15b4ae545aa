import Redis

/// Checks entry after entry and keeps count. Entries that are in order cost no allocation.
package struct SignatureCheck {
    /// The stream that entries are being checked of.
    var stream: CheckedStream
    /// The list that is handed out at the end, with the streams that were left before.
    var report: SignatureReport

    private var verifier: SignatureVerifier
    private var explainer: SignatureExplainer
    /// The signatures of this stream's entries, or of all streams of a file.
    var seen = SeenSignatures()
    private var deadLetters = DeadLetterReader()
    private let each: ((CheckedEntry, CheckedContent) -> Void)?
    private let explains: Bool
    private var listed = (failures: 0, warnings: 0)

    /// A check with these keys. `each` is told of every entry; without it only those are put into words that the report
    /// lists.
    ///
    /// - Parameter explains: whether `each` wants to know why a signature does not match.
    package init(
        keys: SignatureKeys,
        rules: SignatureRules,
        explains: Bool = true,
        each: ((CheckedEntry, CheckedContent) -> Void)? = nil
    ) throws(CryptographyError) {
        verifier = try SignatureVerifier(keys: keys)
        let names = StreamTable.all.map(\.key) + StreamTable.all.map { Array($0.deadLetterName.utf8) }
        explainer = try SignatureExplainer(keys: keys, streams: names)
        report = SignatureReport(rules: rules)
        stream = CheckedStream(target: SignatureTarget(key: []))
        self.each = each
        self.explains = explains
    }

    /// Begins a stream whose signatures have nothing to do with those seen before.
    mutating func begin(_ target: SignatureTarget) {
        stream = CheckedStream(target: target)
        seen.removeAll()
    }

    /// Ends the stream at hand and puts it into the report.
    mutating func end() {
        report.streams.append(stream)
    }

    /// Checks an entry of the stream at hand, and the source entry inside it when it is a dead letter. `fields` lie in
    /// `bytes`.
    mutating func check(
        id: ArraySlice<UInt8>,
        _ fields: [FieldRange],
        in bytes: [UInt8]
    ) throws(CryptographyError) {
        guard let source = stream.target.source else {
            let needsSignature = !stream.target.isUnsignedByDesign
            return try judgeOwn(id, fields, in: bytes, needsSignature: needsSignature)
        }
        let isNeeded = source.definition.map { $0.scheme != nil } ?? true
        let content = CheckedContent(fields: fields, bytes: bytes)
        switch deadLetters.read(fields, in: bytes, of: source) {
        case .none: try judgeOwn(id, fields, in: bytes, needsSignature: true)
        case .inPlace:
            try judgeOwn(id, fields, in: bytes, needsSignature: false)
            let whole = try LostSourceID.restored(deadLetters.fields, in: bytes, of: source, &verifier)
            let inner =
                whole.map { content.holding($0.fields, in: $0.bytes) } ?? content.holding(deadLetters.fields, in: bytes)
            try judge(source, id, inner, needsSignature: isNeeded)
        case .copied(let isSigned):
            try judgeOwn(id, fields, in: bytes, needsSignature: isSigned)
            let message = deadLetters.message
            let inner = content.holding(message.fields, in: message.bytes)
            try judge(source, id, inner, needsSignature: isNeeded)
        case .malformed(let error, let isSigned):
            try judgeOwn(id, fields, in: bytes, needsSignature: isSigned)
            let judgement = Judgement(.source, .invalid(.unreadableSource(error)), needsSignature: isNeeded)
            settle(judgement, id, content)
        }
    }

    private mutating func judgeOwn(
        _ id: ArraySlice<UInt8>,
        _ fields: [FieldRange],
        in bytes: [UInt8],
        needsSignature: Bool
    ) throws(CryptographyError) {
        let verdict = try verifier.verify(stream: stream.target.key, fields, in: bytes)
        var judgement = Judgement(.entry, verdict, on: stream.target.definition, needsSignature: needsSignature)
        // A source entry may die in more than one group, so only a stream's own entries can be said to come again.
        if judgement.outcome == .valid, let fingerprint = verdict.fingerprint {
            judgement.isRepeated = seen.insert(fingerprint)
            stream.hasForgotten = seen.hasForgotten
        }
        if isExplained(judgement) {
            judgement.explanation = try explainer.explain(stream: stream.target.key, fields, in: bytes)
        }
        settle(judgement, id, CheckedContent(fields: fields, bytes: bytes))
    }

    private mutating func judge(
        _ source: SignatureTarget.Source,
        _ id: ArraySlice<UInt8>,
        _ content: CheckedContent,
        needsSignature: Bool
    ) throws(CryptographyError) {
        let (fields, bytes) = (content.inner?.fields ?? [], content.inner?.bytes ?? [])
        let verdict = try verifier.verify(stream: source.key, fields, in: bytes)
        var judgement = Judgement(.source, verdict, on: source.definition, needsSignature: needsSignature)
        if isExplained(judgement) {
            judgement.explanation = try explainer.explain(stream: source.key, fields, in: bytes)
        }
        settle(judgement, id, content)
    }

    /// Explaining costs as much as checking fifty entries, so it is left alone where nobody would read it.
    private func isExplained(_ judgement: Judgement) -> Bool {
        guard case .invalid(.signature(.mismatch)) = judgement.outcome else { return false }
        return each != nil && explains || listed.failures < report.rules.reportLimit
    }

    private mutating func settle(_ judgement: Judgement, _ id: ArraySlice<UInt8>, _ content: CheckedContent) {
        switch judgement.part {
        case .entry: stream.own.count(judgement)
        case .source: stream.sources.count(judgement)
        }
        let isFailure = judgement.isFailure(by: report.rules)
        guard each != nil || isFailure || judgement.hasWarning else { return }
        let entry = CheckedEntry(stream: stream.target.key, id: Array(id), judgement)
        each?(entry, content)
        list(entry, isFailure: isFailure)
    }

    private mutating func list(_ entry: CheckedEntry, isFailure: Bool) {
        guard isFailure || entry.judgement.hasWarning else { return }
        let count = isFailure ? listed.failures : listed.warnings
        guard count < report.rules.reportLimit else { return report.unlisted += 1 }
        report.entries.append(entry)
        if isFailure { listed.failures += 1 } else { listed.warnings += 1 }
    }
}

/// How a check of signatures ended.
package enum SignatureCheckEnding: Sendable, Equatable {
    /// All there was to check was checked.
    case complete
    /// The process was asked to stop.
    case interrupted(signal: Int32)
    /// The server could not be read to the end.
    case lost(RedisError)
    /// The file could not be read to its end.
    case unreadable(LineReaderError)
    /// A line of the file, counted from 1, is no entry.
    case malformed(line: Int, JSONError)
    /// The file names more streams than are kept apart.
    case tooManyStreams(line: Int, limit: Int)
}
