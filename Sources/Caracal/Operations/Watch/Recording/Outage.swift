import Text

/// Stretches of time in which the bus, or a stream of it, could not be looked at.
struct Outages: Sendable {
    /// In the order in which they began.
    private(set) var found: [Recording.Outage] = []
    /// Whether there were more than are kept.
    private(set) var isCut = false
    /// The places of those that last, by stream; that of the bus under nil.
    private var lasting: [[UInt8]?: Int] = [:]

    private static let limit = 200
    private static let reasonLimit = 3

    /// Notes that a look failed.
    mutating func begin(_ stream: [UInt8]?, at time: Int, server: [UInt8], _ reason: TerminalText) {
        if let place = lasting[stream] {
            found[place].to = max(found[place].to, time)
            if found[place].reasons.count < Self.reasonLimit, !found[place].reasons.contains(reason) {
                found[place].reasons.append(reason)
            }
        } else if found.count < Self.limit {
            lasting[stream] = found.count
            found.append(
                Recording.Outage(stream: stream, server: server, from: time, to: time, isOver: false, reasons: [reason])
            )
        } else {
            isCut = true
        }
    }

    /// Notes that a look did not.
    mutating func end(_ stream: [UInt8]?, at time: Int) {
        guard let place = lasting[stream], time >= found[place].to else { return }
        found[place].to = time
        found[place].isOver = true
        lasting[stream] = nil
    }
}

extension Outages {
    /// Notes what a frame that was made at `time` could not tell: a server that tells nothing is away, in a cluster only some may be.
    ///
    /// - Parameter isLate: whether it is older than one before it: then it begins none, but may end one that was told of since, where
    ///   this machine's clock was put back.
    mutating func note(_ frame: RecordedFrame, at time: Int, isLate: Bool) {
        let unknown = frame.streams.filter { $0.exists == nil }
        guard unknown.count < frame.streams.count else {
            if isLate { return }
            return begin(nil, at: time, server: frame.server, Self.reason(unknown.first?.name ?? [], in: frame))
        }
        end(nil, at: time)
        for stream in frame.streams {
            if stream.exists == nil {
                if isLate { continue }
                begin(stream.name, at: time, server: frame.server, Self.reason(stream.name, in: frame))
            } else {
                end(stream.name, at: time)
            }
        }
    }

    /// Why a stream was not told of: a warning that begins with its name.
    private static func reason(_ stream: [UInt8], in frame: RecordedFrame) -> TerminalText {
        let start = stream + Array(": ".utf8)
        let warning = frame.warnings.first { $0.starts(with: start) }
        return warning.map { TerminalText(cutting: $0.dropFirst(start.count), limit: 300) }
            ?? "the server did not say why"
    }
}

extension Recording {
    /// A stretch of time in which something could not be looked at.
    package struct Outage: Sendable, Equatable {
        /// The stream; nil for the whole bus.
        package let stream: [UInt8]?
        /// The server that was asked; empty when that is not known.
        package let server: [UInt8]
        /// The first look that failed, in Unix milliseconds.
        package let from: Int
        /// The first look that did not, or the last that failed while it lasts.
        package internal(set) var to: Int
        /// Whether it ended.
        package internal(set) var isOver: Bool
        /// Why, in a clause each; none where there are no frames and nothing tells why.
        package internal(set) var reasons: [TerminalText]
    }
}

extension ClosedRange<Int> {
    /// The least range that has both.
    func joined(_ other: ClosedRange<Int>) -> ClosedRange<Int> {
        Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
    }
}
