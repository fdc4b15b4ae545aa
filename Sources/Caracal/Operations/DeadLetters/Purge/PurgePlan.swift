import RESP
import Redis
import Text

/// Dead letters that an export file holds and the server too, the same to the last byte.
package struct PurgePlan: Sendable, Equatable {
    /// A dead letter that is removed as long as it is what the file says.
    package struct Letter: Sendable, Equatable {
        /// Its id.
        package let id: EntryID
        /// What is under that id.
        let fingerprint: EntryFingerprint
        /// How many bytes its fields have.
        let size: UInt32
    }

    /// Those of one stream.
    package struct Part: Sendable, Equatable {
        /// The stream of dead letters.
        package let stream: [UInt8]
        /// Those that are still there.
        package internal(set) var letters: [Letter] = []
        /// How many of the file are not there any more: redriven or purged since.
        package internal(set) var gone: UInt64 = 0
    }

    /// Why those died that are still there.
    package internal(set) var reasons = ReasonTally()
    /// The streams, in the order of the file.
    package internal(set) var parts: [Part] = []
    /// The server's time in Unix milliseconds when it was made; nil when it would not tell.
    package internal(set) var now: UInt64?

    /// How many would be removed.
    package var count: Int { parts.reduce(0) { $0 + $1.letters.count } }
    /// How many are not there any more.
    package var gone: UInt64 { parts.reduce(0) { $0 + $1.gone } }
}

/// How many died of each kind of reason, in bounded memory.
package struct ReasonTally: Sendable, Equatable {
    private var counts: [[UInt8]: UInt64] = [:]
    private var others: UInt64 = 0

    fileprivate mutating func count(_ kind: Range<Int>, in bytes: [UInt8]) {
        let name = Array(bytes[DeadLetterGroups.name(of: kind, in: bytes)])
        if counts[name] == nil, counts.count >= DeadLetterGroups.limit { return others += 1 }
        counts[name, default: 0] += 1
    }

    /// The most frequent kinds, empty for no reason, and how many died of any other.
    package func foremost(_ limit: Int) -> (kinds: [(name: [UInt8], count: UInt64)], others: UInt64) {
        let sorted = counts.sorted { ($1.value, $0.key.readable) < ($0.value, $1.key.readable) }
        let kinds = sorted.prefix(limit).map { (name: $0.key, count: $0.value) }
        return (kinds, sorted.dropFirst(limit).reduce(others) { $0 + $1.value })
    }
}

/// Compares an export file with the server, byte for byte, before anything is removed. Only reads.
package struct PurgeCheck {
    /// The file, open for reading. It is not closed here.
    package let descriptor: Int32

    /// How many lines, and how many bytes of them, are compared in one round trip.
    private static let batch = (lines: 256, bytes: 1 << 20)
    /// The longest line: larger than an entry of 64 MiB three times over, in base64.
    private static let lineLimit = 320 << 20

    /// Describes a check.
    package init(descriptor: Int32) { self.descriptor = descriptor }

    /// Reads the whole file; throws a `PurgeError` at the first line that is not as it should be.
    package func run(
        on connection: any CommandChannel,
        afterBatch: (_ lines: Int) throws -> Void = { _ in }
    ) throws -> PurgePlan {
        let deployment = try DeploymentName.identify(on: connection)
        var lines = LineReader(descriptor: descriptor, limit: Self.lineLimit)
        var reader = ExportedLine.Reader()
        var plan = PurgePlan()
        var reasons = ReasonReader()
        plan.now = try connection.ask(ServerTime()).value
        var batch: [(number: Int, line: ExportedLine)] = []
        var bytes = 0
        var isEnded = false
        while try advance(&lines, on: connection) {
            guard !isEnded else { throw PurgeError.outOfOrder(line: lines.number) }
            let line = try reader.read(lines.bytes, lines.line, number: lines.number)
            try check(line, lines.number, deployment)
            isEnded = line.isLast
            batch.append((lines.number, line))
            bytes += line.message.bytes.count
            guard batch.count >= Self.batch.lines || bytes >= Self.batch.bytes else { continue }
            try compare(batch, on: connection, &plan, &reasons)
            batch.removeAll(keepingCapacity: true)
            bytes = 0
            try afterBatch(lines.number)
        }
        // The export of an empty queue has no line, and there is nothing to remove by it.
        guard isEnded || lines.number == 0 else { throw PurgeError.truncated(line: lines.number) }
        try compare(batch, on: connection, &plan, &reasons)
        return plan
    }

    private func advance(_ lines: inout LineReader, on connection: any CommandChannel) throws -> Bool {
        while true {
            do throws(LineReaderError) { return try lines.advance() } catch {
                guard error == .interrupted else { throw PurgeError.unreadable(error) }
            }
            do { try Interruption.check() } catch { throw connection.failure(.link(error), .sending) }
        }
    }

    private func check(_ line: ExportedLine, _ number: Int, _ deployment: DeploymentName) throws(PurgeError) {
        guard deployment.isCalled(line.deployment) else {
            throw .otherDeployment(line: number, name: line.deployment)
        }
        guard SignatureTarget.deadLetters.contains(where: { $0.key == line.stream }) else {
            throw .notDeadLetters(line: number, stream: line.stream)
        }
    }

    private func compare(
        _ batch: [(number: Int, line: ExportedLine)],
        on connection: any CommandChannel,
        _ plan: inout PurgePlan,
        _ reasons: inout ReasonReader
    ) throws {
        let ranges = batch.map { XRange(key: $0.line.stream, first: $0.line.id, last: $0.line.id, count: 1) }
        for ((number, line), answer) in zip(batch, try connection.ask(ranges)) {
            var entries: EntryReader
            switch answer {
            case .success(let found): entries = found
            case .failure(let refusal): throw PurgeError.refused(refusal)
            }
            guard entries.count > 0 else {
                plan.noteGone(line)
                continue
            }
            guard entries.advance(), entries.id == line.id, line.message.isSame(as: entries.fields, in: entries.bytes)
            else { throw PurgeError.differs(line: number, stream: line.stream, id: line.id) }
            try plan.note(line, reason: reasons.kind(of: line))
        }
    }
}

/// Finds why dead letters died, one stream after the other.
private struct ReasonReader {
    private let reader = DeadLetterReader()
    private var stream: [UInt8]?
    private var source: SignatureTarget.Source?

    /// Where the kind of its reason lies in a dead letter; nil where its shape is not known.
    mutating func kind(of line: ExportedLine) -> Range<Int>? {
        if stream != line.stream {
            stream = line.stream
            source = SignatureTarget(key: line.stream).source
        }
        let message = line.message
        return source.map { reader.head(message.fields, in: message.bytes, of: $0).reasonKind(in: message.bytes) }
    }
}

extension PurgePlan {
    private mutating func place(of line: ExportedLine) -> Int {
        if parts.last?.stream != line.stream { parts.append(Part(stream: line.stream)) }
        return parts.count - 1
    }

    fileprivate mutating func noteGone(_ line: ExportedLine) { parts[place(of: line)].gone += 1 }

    fileprivate mutating func note(_ line: ExportedLine, reason: Range<Int>?) throws(CryptographyError) {
        let message = line.message
        let fingerprint = try EntryFingerprint(message.fields, in: message.bytes)
        let size = UInt32(clamping: message.fields.reduce(0) { $0 + $1.name.count + $1.value.count })
        if let reason { reasons.count(reason, in: message.bytes) }
        parts[place(of: line)].letters.append(Letter(id: line.id, fingerprint: fingerprint, size: size))
    }
}

extension Message {
    /// Whether an entry has these names and values, in this order.
    fileprivate func isSame(as other: [FieldRange], in bytes: [UInt8]) -> Bool {
        fields.count == other.count
            && fields.indices.allSatisfy {
                name(at: $0) == bytes[other[$0].name] && value(at: $0) == bytes[other[$0].value]
            }
    }
}

/// Why nothing is purged by an export file.
package enum PurgeError: Error, Sendable, Equatable {
    /// It could not be read to its end.
    case unreadable(LineReaderError)
    /// A line, counted from 1, is no JSON of the form an export has.
    case malformed(line: Int, JSONError)
    /// A line lacks a key that every line of an export has.
    case incomplete(line: Int, key: String)
    /// A line does not say what it said when it was written.
    case altered(line: Int)
    /// Lines are missing before this one, or it is there twice.
    case outOfOrder(line: Int)
    /// The file ends before the line that was the last.
    case truncated(line: Int)
    /// It was exported from another deployment.
    case otherDeployment(line: Int, name: String)
    /// A line is about a stream that holds no dead letters.
    case notDeadLetters(line: Int, stream: [UInt8])
    /// The server has something else under that id.
    case differs(line: Int, stream: [UInt8], id: EntryID)
    /// The server would not let the entries be read.
    case refused(Refusal)
}

extension PurgeError: TerminalTextConvertible {
    /// One clause, lower case.
    package var text: TerminalText {
        switch self {
        case .unreadable(let error): "\(error)"
        case .malformed(let line, let error): "line \(line), \(error)"
        case .incomplete(let line, let key): "line \(line) has no \"\(key)\": it is no line of an export"
        case .altered(let line): "line \(line) was altered since it was written"
        case .outOfOrder(let line): "line \(line) is not line \(line) of the export: lines are missing or out of order"
        case .truncated(let line): "the file is truncated: line \(line) is not the last of the export"
        case .otherDeployment(let line, let name):
            "line \(line) was exported from another deployment, \(name) (or this server was restarted since: export again)"
        case .notDeadLetters(let line, let stream):
            "line \(line): \(stream) is not a stream of dead letters"
        case .differs(let line, let stream, let id):
            "line \(line): \(stream) has something else under \(id)"
        case .refused(let refusal): refusal.text
        }
    }
}
