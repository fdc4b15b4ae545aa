import CSystem
import RESP
import Redis

/// Publishes messages one after the other over a channel: the lines of an NDJSON file, or a single message.
///
/// In bounded memory: at most two batches are on their way.
package struct BulkPublish {
    private let channel: PublishChannel
    private let tally: Tally
    private let pace: Pace?
    private var encoder: EntryEncoder
    private var batch: FrameBatch

    /// How many messages, and how many bytes of them, travel together.
    private static let batchCount = 512
    private static let batchBytes = 256 * 1024

    /// Counts what the channel reports.
    private final class Tally {
        var report = PublishReport()

        func note(_ outcome: PublishOutcome) {
            switch outcome {
            case .published(let id):
                report.published += 1
                report.ids = report.ids.map { min($0.lowerBound, id)...max($0.upperBound, id) } ?? id...id
            case .refused: report.stop = report.stop ?? .refused
            case .noStream: report.stop = report.stop ?? .noStream
            }
        }
    }

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - rate: messages a second; nil for as many as the server takes.
    ///   - reconnect: opens another connection to the same server.
    ///   - report: is told what became of each message.
    package init(
        rules: PublishRules,
        target: PublishTarget,
        connection: Connection,
        rate: Int?,
        reconnect: @escaping () throws(RedisError) -> Connection,
        report: @escaping (_ line: Int, PublishOutcome) -> Void = { _, _ in }
    ) throws(CryptographyError) {
        let tally = Tally()
        self.tally = tally
        encoder = try EntryEncoder(rules)
        pace = rate.map { Pace(rate: $0) }
        channel = PublishChannel(
            stream: rules.stream.key,
            connection: connection,
            watermark: target.watermark,
            reconnect: reconnect,
            report: { line, outcome in
                tally.note(outcome)
                report(line, outcome)
            }
        )
        batch = channel.emptyBatch()
    }

    /// Publishes one message.
    package mutating func run(_ message: Message, waitsForDisk: Int64?) throws(PublishRefusal) -> PublishReport {
        var message = message
        try encoder.append(&message, to: &batch.frames)
        batch.close(line: 1)
        tally.report.outboxID = message.lastIndex(of: FieldName.outboxID).map { Array(message.value(at: $0)) }
        return end(waitsForDisk: waitsForDisk)
    }

    /// Publishes the messages in `lines`, up to the first that cannot be published.
    package mutating func run(_ lines: inout LineReader, waitsForDisk: Int64?) -> PublishReport {
        var scanner = MessageScanner()
        var message = Message()
        do {
            while tally.report.stop == nil, try advance(&lines) {
                guard !MessageScanner.isBlank(lines.bytes, lines.line) else { continue }
                try add(lines, &scanner, &message)
                if isFull { try sendBatch() }
            }
        } catch let doubt as PublishDoubt {
            tally.report.stop = .doubt(doubt)
        } catch let stop as EarlyStop {
            tally.report.stop = stop.reason
        } catch {
            tally.report.stop = .badLine(lines.number, "\(error)")
        }
        if tally.report.stop != nil { tally.report.nextLine = lines.number + 1 }
        return end(waitsForDisk: waitsForDisk)
    }

    /// Sends what a run that ended in doubt had sent, as far as it is not in the stream.
    package mutating func resume(_ entries: [SentEntry], waitsForDisk: Int64?) -> PublishReport {
        for entry in entries {
            encoder.append(entry, to: &batch.frames)
            batch.close(line: entry.line)
        }
        return end(waitsForDisk: waitsForDisk)
    }

    private struct EarlyStop: Error {
        let reason: PublishReport.Stop
    }

    /// Goes to the next line. What is ready is sent before input is waited for, and its answers collected.
    private mutating func advance(_ lines: inout LineReader) throws -> Bool {
        if !lines.hasBufferedLine { try drain() }
        while true {
            let signal = csystem_interrupt_signal()
            if signal != 0 { throw EarlyStop(reason: .interrupted(signal: signal)) }
            do {
                return try lines.advance()
            } catch .interrupted {
                continue
            } catch {
                throw EarlyStop(reason: .badInput(error))
            }
        }
    }

    private mutating func add(_ lines: LineReader, _ scanner: inout MessageScanner, _ message: inout Message) throws {
        try scanner.scan(lines.bytes, lines.line, into: &message)
        try encoder.append(&message, to: &batch.frames)
        batch.close(line: lines.number)
    }

    private var isFull: Bool {
        batch.count >= min(Self.batchCount, pace?.burst ?? .max) || batch.frames.bytes.count >= Self.batchBytes
    }

    private mutating func sendBatch() throws(PublishDoubt) {
        let full = batch
        batch = channel.emptyBatch()
        pace?.wait(for: full.count)
        try channel.send(full)
    }

    private mutating func drain() throws(PublishDoubt) {
        try sendBatch()
        try channel.finish()
    }

    /// Sends what is left, collects every answer, and sums up.
    private mutating func end(waitsForDisk: Int64?) -> PublishReport {
        if case .doubt = tally.report.stop {
        } else {
            do { try drain() } catch { tally.report.stop = .doubt(error) }
        }
        tally.report.refused = channel.refused
        if case .doubt = tally.report.stop { tally.report.unsettled = channel.unsettled }
        if let waitsForDisk, tally.report.stop == nil {
            tally.report.isOnDisk = (try? channel.waitForDisk(milliseconds: waitsForDisk)) ?? false
        }
        return tally.report
    }
}
