import Redis
import Text

extension HealthCheck {
    static let signatures = HealthCheck(
        "signatures",
        subject: """
            The signatures of the newest 20 entries of each stream. Where one does not hold: from which entry on, and whether \
            valid ones stand in between.
            """,
        reason: """
            Consumers skip and acknowledge what is not signed, or signed wrongly: it is lost without a word. Valid up to \
            an entry and wrong since: a publisher has another key from then on, or somebody forged them. Valid and wrong ones in turn: two publishers have two keys. \
            If all are wrong, perhaps it is this tool that has another key, and if those of other streams are wrong since then \
            too, the one of before. Only a part is looked at, and nothing without the key.
            """,
        remedy: """
            Give the publisher the right key. Where the database of the outboxes is known, caracalctl outbox reconcile --requeue \
            --invalid has the services publish the rows anew: nothing that was forged becomes valid. Without it caracalctl \
            publish STREAM --resign --since ID shows what was signed wrongly, with its contents, asks, and publishes it again with \
            a valid signature: only who knows that the services wrote it may sign it, as anybody who can write the stream could \
            have forged it. caracalctl verify-sig STREAM --since ID lists it, and caracalctl get STREAM ID shows one. A few may be \
            forged, and what has no outbox_id is not the services'.
            """,
        urgency: .lost,
        needsOutboxes: true
    ) { examination in
        let source = { (stream: ObservedStream) in SignatureTarget(key: stream.definition.key).source != nil }
        var inspection = examination.inspectSignatures(of: examination.streams.filter { !source($0) }) {
            "caracalctl verify-sig \($0.word)"
        }
        for reason in examination.missingKeys { inspection.miss(reason) }
        return inspection.or("the newest entries have nothing wrong with their signatures")
    }
}

extension Examination {
    /// Looks at what was sampled of some streams. One that holds entries and was not sampled is unseen.
    ///
    /// - Parameters:
    ///   - codes: findings that are of no matter.
    ///   - fix: what to do about one of them.
    func inspectSignatures(
        of streams: [ObservedStream],
        leavingOut codes: Set<Finding.Code> = [],
        fix: (Finding) -> TerminalText
    ) -> Inspection {
        inspectStreams(streams, "the signatures") { stream in
            let name = stream.definition.name
            let isSampled = signatures.streams.contains { $0.target.key == stream.definition.key }
            if !isSampled, (stream.state.info?.length ?? 0) > 0 {
                return [CheckOutcome(.unknown, "the signatures of \(name) were not checked", stream: name)]
            }
            let course = signatures.streams.first { $0.target.key == stream.definition.key }?.course
            let told = codes.union(course == nil ? [] : [.invalidSignature, .unsigned])
            // Rows are chosen by when they were made, which an id from the future does not tell.
            let isDated = course.map { $0.first.milliseconds <= pending.now ?? 0 } ?? false
            let seesRows = isDated && OutboxInspection.sees(stream.definition.key, outboxes)
            let border = course.map { [$0.outcome(stream, seesRows: seesRows)] } ?? []
            return border
                + signatures.findings.filter { $0.stream == name && !told.contains($0.code) }.map { finding in
                    let isUnknown = finding.code == .unchecked || finding.code == .refused
                    return CheckOutcome(
                        finding,
                        as: isUnknown ? .unknown : nil,
                        evidence: isUnknown
                            ? nil : "the newest \(ServerLook.sampleSize) entries at most were looked at",
                        fix: isUnknown ? nil : fix(finding),
                        // A warning is about a signature that holds.
                        urgency: finding.severity == .failure ? nil : .later
                    )
                }
        }
    }

    /// Which signatures were not checked, and why: a sentence for each scheme that there is no key for.
    var missingKeys: [TerminalText] {
        setup.keys.compactMap { key in
            let subject: TerminalText = "signatures of the \(key.scheme.rawValue) scheme were not checked"
            switch key.state {
            case .absent: return "\(subject): \(key.variable) is not set"
            case .unusable: return "\(subject): \(key.variable) cannot be used"
            case .usable, .exposed: return nil
            }
        }
    }
}

extension SignatureCourse {
    /// What is to be said of it.
    ///
    /// - Parameter seesRows: whether the rows can be looked at that its entries were published from.
    func outcome(_ stream: ObservedStream, seesRows: Bool) -> CheckOutcome {
        let name = stream.definition.name
        let isOfAll = all >= stream.state.info?.length ?? .max
        return CheckOutcome(
            .failure,
            "\(name): \(words: sentence)",
            stream: name,
            evidence: isOfAll
                ? "\(all == 1 ? "the only entry" : "all \(Words.number(all)) entries") looked at"
                : "\(Words.number(all)) of \(Words.number(stream.state.info?.length ?? all)) entries looked at",
            fix: fix(stream, seesRows: seesRows)
        )
    }

    /// Where one publisher signed them with another key, they are published again: that is what has them applied. What stands among
    /// valid ones or alone, a few, and what no service wrote may be forged: that is listed or shown first.
    private func fix(_ stream: ObservedStream, seesRows: Bool) -> TerminalText {
        let word = stream.definition.word
        guard looked.valid > 0 || lastValid != nil else { return "caracalctl verify-sig \(word)" }
        guard bad > 1 || looked.valid == 0 && since != .exact(1) else {
            return "caracalctl get \(word) \(first) # what it is, why its signature does not hold, who was given it"
        }
        let list: TerminalText = "caracalctl verify-sig \(word) --since \(first)"
        guard looked.valid == 0, looked.unsigned == 0, bad > 1 else { return list }
        let again = seesRows ? requeue(stream) : resign(stream, "--since \(first)")
        guard !isKeyDoubtful(stream, seesRows: seesRows) else {
            return "\(list) # \(question) and you know that the services wrote them: \(again) --force"
        }
        guard withoutOutboxID == 0 else {
            let many: TerminalText =
                "\(Words.number(withoutOutboxID)) \(withoutOutboxID == 1 ? "has" : "have") no outbox_id"
            let others = seesRows ? again : resign(stream, "--id ID")
            return
                "\(list) # \(many): no service wrote \(withoutOutboxID == 1 ? "it" : "them"); of the others: \(others)"
        }
        guard bad >= KeyElsewhere.many else {
            return "\(list) # so few may be forged; if you know that the services wrote them: \(again)"
        }
        guard !seesRows else {
            return
                "\(again) # once the publisher has the right key, with which it publishes the rows anew: what was forged stays invalid"
        }
        return """
            \(again) # shows them and asks: sign only what you know the services wrote (\(list)), and give the publisher the \
            right key
            """
    }

    /// What has to be so before they are published again with --force. Valid ones stand before them: where nothing else tells, the key is
    /// not called another.
    private var question: TerminalText {
        guard case .unknown(let problem) = elsewhere else { return "is this the right key? If it is," }
        let reason: TerminalText = problem.map { "\($0.text); " } ?? ""
        return "\(reason)if this is the key that the services have now,"
    }

    /// Whether it is likely the key here that is another: the command that publishes them again asks for --force then, by the same rule.
    /// What stands before them is taken for valid; none of those behind them is. The one that returns rows weighs only what is of the time
    /// it is given, which `requeue` has begin where enough are valid.
    private func isKeyDoubtful(_ stream: ObservedStream, seesRows: Bool) -> Bool {
        if seesRows, looked.invalid > 0, case .unknown = elsewhere, counterweight == nil { return true }
        let invalid = since.value ?? bad
        let length = stream.state.info?.length ?? invalid
        let valid = length - min(length, invalid)
        return looked.invalid > 0 && elsewhere.isDoubtful(valid: valid, invalid: invalid, latest: invalid)
    }

    /// Signs some of them anew.
    private func resign(_ stream: ObservedStream, _ which: TerminalText) -> TerminalText {
        let count = since.value ?? bad
        let limit: TerminalText = count > Self.usualLimit ? " --limit \(count)" : ""
        return "caracalctl publish \(stream.definition.word) --resign \(which)\(limit)"
    }

    /// Returns the rows that they were published from to waiting.
    private func requeue(_ stream: ObservedStream) -> TerminalText {
        let isNear = counterweight.map { $0.milliseconds.saturatingAdd(Self.delay / 2) >= first.milliseconds } ?? true
        let place = isNear ? first.milliseconds : counterweight?.milliseconds ?? first.milliseconds
        let start = place - min(place, Self.delay)
        let limit = OutboxInspection.limit(max(bad, since.value ?? stream.state.info?.length ?? bad))
        return """
            caracalctl outbox reconcile --since \(start)\(OutboxInspection.choice(stream.definition.key))\(limit) --requeue \
            --invalid
            """
    }

    /// How many entries publish takes without --limit.
    private static let usualLimit: UInt64 = 10_000
    /// How long before its entry a row is made at most, as a rule, in milliseconds; clocks may differ by half of it.
    private static let delay: UInt64 = 3_600_000

    private var sentence: Evidence {
        let consequence: TerminalText = "no consumer has acted on \(bad == 1 ? "it" : "them")"
        guard looked.valid == 0 else { return mixed(consequence) }
        guard let lastValid else {
            let question = looked.invalid > 0 ? " (is this the right key?)" : ""
            return all == 1
                ? "the signature of the only entry is \(fault)\(question)"
                : "all signatures that were looked at are \(fault)\(question)"
        }
        let ofBefore: TerminalText = elsewhere == .fails ? ", or the key here is the one of before" : ""
        let cause: TerminalText =
            looked.invalid > 0
            ? "a publisher has another key since then\(ofBefore)" : "a publisher has no key since then"
        if case .exact(1) = since {
            return
                "valid until \(entry: lastValid), the one entry since, \(first), is \(fault): \(cause), or it was forged; \(consequence)"
        }
        if case .exact(let count) = since, count == bad {
            return
                "valid until \(entry: lastValid), all \(Words.number(count)) since are \(fault): \(cause), or they were forged; \(consequence)"
        }
        return
            "valid until \(entry: lastValid), all \(Words.number(bad)) looked at of \(since.words) entries since are \(fault): \(cause), or they were forged; \(consequence)"
    }

    /// Valid ones stand behind some that do not hold.
    private func mixed(_ consequence: TerminalText) -> Evidence {
        guard runs > 1 else {
            return bad == 1
                ? "the entry \(entry: first) is \(fault), those around it are valid: it was altered, forged or signed with another key, and \(consequence)"
                : "\(Words.number(bad)) entries from \(entry: first) to \(entry: last) are \(fault), those around them are valid: a publisher had another key for that time, or they were forged; \(consequence)"
        }
        // A few among many are no second publisher's share.
        let cause: TerminalText =
            bad >= looked.entries / 10
            ? "two publishers, two keys" : "altered or forged, or a publisher has another key now and then"
        return
            "\(Words.number(bad)) of \(Words.number(looked.entries)) entries since \(entry: first) are \(fault), valid ones stand in between: \(cause); \(consequence)"
    }

    private var fault: TerminalText {
        looked.invalid == 0 ? "unsigned" : looked.unsigned == 0 ? "invalid" : "invalid or unsigned"
    }
}
