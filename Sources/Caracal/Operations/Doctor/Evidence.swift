/// A finding, or what it was seen by: text, and times in it that are put into words where it is shown.
package struct Evidence: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// A piece of it.
    fileprivate enum Part: Sendable, Equatable {
        case text(String)
        case time(milliseconds: UInt64)
    }

    private let parts: [Part]

    /// Text alone.
    init(_ text: String) { parts = [.text(text)] }

    /// Text alone.
    package init(stringLiteral text: String) { parts = [.text(text)] }

    package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    /// The same behind a text.
    func after(_ text: String) -> Evidence {
        Evidence(parts: [.text(text)] + parts)
    }

    private init(parts: [Part]) { self.parts = parts }

    /// All of it. It may hold names from the network: whoever shows it escapes it.
    ///
    /// - Parameter words: puts a time, in milliseconds, into words.
    package func text(_ words: (UInt64) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .time(let milliseconds): words(milliseconds)
            }
        }.joined()
    }
}

extension Evidence {
    /// `"last heard of \(time: 350) ago"`
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) { parts.append(.text(literal)) }

        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            parts.append(.text(value.description))
        }

        /// A time in milliseconds.
        package mutating func appendInterpolation(time milliseconds: UInt64) {
            parts.append(.time(milliseconds: milliseconds))
        }
    }
}
