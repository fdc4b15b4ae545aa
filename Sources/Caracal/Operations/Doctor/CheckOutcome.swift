import Redis
import Text

/// What a health check found about one thing.
package struct CheckOutcome: Sendable, Equatable {
    /// How it stands, the worst first.
    package enum Status: String, Sendable, CaseIterable {
        /// Messages are lost, stand still or cannot be trusted, or soon will.
        case failure
        /// It works, and not as it should.
        case warning
        /// It could not be found out: never to be taken for ok.
        case unknown
        /// Worth knowing, and nothing to do.
        case note
        /// As it should be.
        case ok
    }

    /// What harm a problem does: what hurts now is shown above what may hurt one day, whatever the status of either.
    package enum Urgency: String, Sendable {
        /// Messages are lost, or passed over: nobody notices, and it may not be seen any more later.
        case lost
        /// They are refused or stand still.
        case now
        /// Nothing is harmed yet.
        case later
    }

    /// How it stands.
    package let status: Status
    /// The stream's key; nil when it is not about one.
    package let stream: String?
    /// The group of that stream; nil when it is not about one.
    package let group: [UInt8]?
    /// One sentence, with times in it that are put into words where it is shown.
    package internal(set) var sentence: Evidence
    /// What it was seen by.
    package let evidence: Evidence?
    /// The command that fixes it, or a sentence on how: names in it are quoted for a shell.
    package internal(set) var fix: TerminalText?
    /// When it does harm; nil where that is the same for all that its check finds.
    let urgency: Urgency?
    /// The ids of the checks whose findings about the same group, stream or server come from it (`Diagnosis`).
    let explains: [String]
    /// The ids of the checks whose findings the same fix solves, whatever those are about; its own for the rest of its kind.
    let covers: [String]

    package init(
        _ status: Status,
        _ sentence: Evidence,
        stream: String? = nil,
        group: [UInt8]? = nil,
        evidence: Evidence? = nil,
        fix: TerminalText? = nil,
        urgency: Urgency? = nil,
        explains: [String] = [],
        covers: [String] = []
    ) {
        self.status = status
        self.stream = stream
        self.group = group
        self.sentence = sentence
        self.evidence = evidence
        // A command that is given such a group is refused; one that names none works.
        let refused = group.flatMap { name in
            let isNamed = fix?.text.contains(ShellWord.quoted(name).text) == true
            return isNamed && !ShellWord.canGive(name) ? name : nil
        }
        self.fix = refused.map { RedisCLI.look(at: $0, on: (stream ?? "").utf8) } ?? fix
        self.urgency = urgency
        self.explains = explains
        self.covers = covers
    }

    /// Takes over what another operation has judged, as a status of its own where it differs.
    init(
        _ finding: Finding,
        as status: Status? = nil,
        evidence: Evidence? = nil,
        fix: TerminalText? = nil,
        urgency: Urgency? = nil,
        explains: [String] = []
    ) {
        self.init(
            status ?? Status(finding.severity),
            Evidence(finding.message),
            stream: finding.stream,
            evidence: evidence,
            fix: fix,
            urgency: urgency,
            explains: explains
        )
    }

    /// A fact that the server did not tell, in the words of `subject`.
    static func unknown<Value>(_ fact: ServerFact<Value>, _ subject: TerminalText, _ command: TerminalText)
        -> CheckOutcome
    {
        fact == .notPermitted
            ? CheckOutcome(.unknown, "\(subject) is not known: this user may not \(command)")
            : CheckOutcome(.unknown, "\(subject) is not known: the server does not tell it")
    }
}

extension CheckOutcome.Status {
    /// The status of a finding of another operation.
    init(_ severity: Finding.Severity) {
        switch severity {
        case .note: self = .note
        case .warning: self = .warning
        case .failure: self = .failure
        }
    }
}

/// A finding, or what it was seen by: text, and times in it that are put into words where it is shown.
package struct Evidence: Sendable, Equatable {
    /// A piece of it.
    fileprivate enum Part: Sendable, Equatable {
        case text(TerminalText)
        case time(milliseconds: UInt64)
        case moment(milliseconds: UInt64)
    }

    private var parts: [Part]

    /// Text alone.
    init(_ text: TerminalText) { parts = [.text(text)] }

    /// The same behind a text.
    func after(_ text: TerminalText) -> Evidence {
        var evidence = self
        evidence.parts.insert(.text(text), at: 0)
        return evidence
    }

    /// All of it.
    ///
    /// - Parameters:
    ///   - words: puts a time, in milliseconds, into words.
    ///   - moment: the same for a moment, in Unix milliseconds.
    package func text(
        _ words: (UInt64) -> String,
        moment: (UInt64) -> String = { "\($0)" }
    ) -> TerminalText {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .time(let milliseconds): "\(words(milliseconds))"
            case .moment(let milliseconds): "\(moment(milliseconds))"
            }
        }.joined()
    }
}

extension Evidence: ExpressibleByStringInterpolation {
    /// Text alone.
    package init(stringLiteral words: String) { self.init(TerminalText(keeping: words)) }

    package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    /// `"last heard of \(time: 350) ago"`; other values as `TerminalText` takes them.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ words: String) { append(TerminalText(keeping: words)) }

        /// Text that is safe already.
        package mutating func appendInterpolation(_ text: TerminalText) { append(text) }

        /// Bytes from the network, as a name.
        package mutating func appendInterpolation(_ bytes: some Collection<UInt8>) { append(TerminalText(name: bytes)) }

        /// A name, a number, an id: escaped.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            append(TerminalText(value.description))
        }

        /// What stands between two times is one part, however it was put together: evidence is compared.
        private mutating func append(_ text: TerminalText) {
            if case .text(let before)? = parts.last {
                parts[parts.count - 1] = .text(before + text)
            } else {
                parts.append(.text(text))
            }
        }

        /// A time in milliseconds.
        package mutating func appendInterpolation(time milliseconds: UInt64) {
            parts.append(.time(milliseconds: milliseconds))
        }

        /// A moment in Unix milliseconds.
        package mutating func appendInterpolation(moment milliseconds: UInt64) {
            parts.append(.moment(milliseconds: milliseconds))
        }

        /// A sentence with times in it.
        package mutating func appendInterpolation(words other: Evidence) {
            for part in other.parts {
                if case .text(let text) = part { append(text) } else { parts.append(part) }
            }
        }

        /// An entry's id with the moment that it names.
        package mutating func appendInterpolation(entry id: EntryID) {
            append("\(id) (")
            appendInterpolation(moment: id.milliseconds)
            append(")")
        }
    }
}
