import RESP
import Redis
import Text

/// Compares an export file with the server, byte for byte, before anything is removed. Only reads.
package struct PurgeCheck {
    /// The file, open for reading. It is not closed here.
    package let descriptor: Int32

    /// How many lines, and how many bytes of them, are compared in one round trip.
    private static let batch = (lines: 256, bytes: 1 << 20)
    /// The longest line: larger than an entry of 64 MiB in base64.
    private static let lineLimit = 96 << 20

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
            try compare(batch, on: connection, &plan)
            batch.removeAll(keepingCapacity: true)
            bytes = 0
            try afterBatch(lines.number)
        }
        // The export of an empty queue has no line, and there is nothing to remove by it.
        guard isEnded || lines.number == 0 else { throw PurgeError.truncated(line: lines.number) }
        try compare(batch, on: connection, &plan)
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
        _ plan: inout PurgePlan
    ) throws {
        let ranges = batch.map { XRange(key: $0.line.stream, first: $0.line.id, last: $0.line.id, count: 1) }
        for ((number, line), answer) in zip(batch, try connection.ask(ranges)) {
            var entries: EntryReader
            switch answer {
            case .success(let found): entries = found
            case .failure(let refusal): throw PurgeError.refused(refusal)
            }
            guard entries.count > 0 else {
                try plan.note(line, isThere: false)
                continue
            }
            guard entries.advance(), entries.id == line.id, line.message.isSame(as: entries.fields, in: entries.bytes)
            else { throw PurgeError.differs(line: number, stream: line.stream, id: line.id) }
            try plan.note(line, isThere: true)
        }
    }
}

extension PurgePlan {
    fileprivate mutating func note(_ line: ExportedLine, isThere: Bool) throws(CryptographyError) {
        if parts.last?.stream != line.stream { parts.append(Part(stream: line.stream)) }
        let place = parts.count - 1
        guard isThere else { return parts[place].gone += 1 }
        let (message, id) = (line.message, line.id)
        let fingerprint = try EntryFingerprint(message.fields, in: message.bytes)
        let size = UInt32(clamping: message.fields.reduce(0) { $0 + $1.name.count + $1.value.count })
        parts[place].letters.append(Letter(id: id, fingerprint: fingerprint, size: size))
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
