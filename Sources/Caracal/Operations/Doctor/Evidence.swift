import Text

/// A finding, or what it was seen by: text, and times in it that are put into words where it is shown.
package struct Evidence: Sendable, Equatable {
    /// A piece of it.
    fileprivate enum Part: Sendable, Equatable {
        case text(TerminalText)
        case time(milliseconds: UInt64)
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
    /// - Parameter words: puts a time, in milliseconds, into words.
    package func text(_ words: (UInt64) -> String) -> TerminalText {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .time(let milliseconds): "\(words(milliseconds))"
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

        /// Bytes from the network.
        package mutating func appendInterpolation(_ bytes: some Collection<UInt8>) { append(TerminalText(bytes)) }

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
    }
}
