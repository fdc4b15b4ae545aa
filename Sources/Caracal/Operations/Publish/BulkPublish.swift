import Redis
import RESP
import Text

/// Publishes messages one after the other over a channel: the lines of an NDJSON file, or a single message.
///
/// In bounded memory: the channel bounds what is on its way.
package struct BulkPublish {
    private let channel: PublishChannel
    private let tally: Tally
    private let pace: Pace?
    private var scanner: PublishedLineScanner
    private var encoder: EntryEncoder
    private var batch: FrameBatch
    private var unsettledError: UnsettledError?
    private let settled: () -> Void

    /// How many messages, and how many bytes of them, travel together.
    private static let batchCount = 256
    private static let batchBytes = 128 * 1024

    /// Counts what the channel reports.
    private final class Tally {
        var published = 0
        var ids: ClosedRange<EntryID>?
        var isRejected = false

        func note(_ outcome: PublishOutcome) {
            guard case .published(let id) = outcome else {
                isRejected = true
                return
            }
            published += 1
            ids = ids.map { min($0.lowerBound, id)...max($0.upperBound, id) } ?? id...id
        }
    }

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - rate: messages a second; nil for as many as the server takes.
    ///   - confirmation: what has to be certain before a message counts as published; nil when the master's word is enough.
    ///   - report: is told what became of each message.
    ///   - settled: is told when every message so far is answered and more input is waited for.
    package init(
        rules: PublishRules,
        target: PublishTarget,
        server: ReconnectingChannel,
        rate: Int?,
        confirmation: PublishConfirmation? = nil,
        report: @escaping (_ line: Int, PublishOutcome) -> Void = { _, _ in },
        settled: @escaping () -> Void = {}
    ) throws(CryptographyError) {
        let tally = Tally()
        self.tally = tally
        scanner = try PublishedLineScanner(rules)
        encoder = try EntryEncoder(rules)
        pace = rate.map { Pace(rate: $0) }
        channel = PublishChannel(
            stream: rules.stream.key,
            server: server,
            mark: target.mark,
            confirmation: confirmation,
            report: { line, outcome in
                tally.note(outcome)
                report(line, outcome)
            }
        )
        self.settled = settled
        batch = channel.emptyBatch()
    }

    /// Publishes one message.
    package mutating func run(_ message: Message, waitsForDisk: Int64?) throws(PublishError) -> PublishReport {
        var message = message
        try encoder.append(&message, to: &batch.frames)
        let signal = Interruption.signal
        if signal == nil { batch.close(line: 1) }
        var report = end(signal.map { .interrupted(signal: $0) }, waitsForDisk: waitsForDisk)
        report.outboxID = message.lastIndex(of: FieldName.outboxID).map { Array(message.value(at: $0)) }
        return report
    }

    /// Publishes the messages in `lines`, up to the first that cannot be published.
    package mutating func run(_ lines: inout LineReader, waitsForDisk: Int64?) -> PublishReport {
        let ending = publish(&lines)
        var report = end(ending, waitsForDisk: waitsForDisk)
        report.nextLine = Self.lineAfter(ending, &lines)
        report.isEmptyInput = report.isComplete && report.published == 0
        return report
    }

    /// Publishes messages that are at hand, up to the first that cannot be published. Their lines are their places, from 1 on.
    package mutating func run(_ messages: [Message], waitsForDisk: Int64?) -> PublishReport {
        end(publish(messages), waitsForDisk: waitsForDisk)
    }

    private mutating func publish(_ messages: [Message]) -> PublishReport.Ending? {
        for (index, message) in messages.enumerated() {
            if let signal = Interruption.signal { return .interrupted(signal: signal) }
            if tally.isRejected { return .rejected }
            if channel.isShortOfReplicas { return .shortOfReplicas }
            var message = message
            do { try encoder.append(&message, to: &batch.frames) } catch { return .failed(error) }
            batch.close(line: index + 1)
            guard isFull else { continue }
            do { try sendBatch() } catch {
                unsettledError = error
                return .doubt
            }
        }
        return nil
    }

    /// Sends the messages of an earlier run that are not in the stream.
    package mutating func resume(_ entries: [SentEntry], waitsForDisk: Int64?) -> PublishReport {
        for entry in entries {
            encoder.append(entry, to: &batch.frames)
            batch.close(line: entry.line)
        }
        return end(nil, waitsForDisk: waitsForDisk)
    }

    /// The first line that was not looked at.
    private static func lineAfter(_ ending: PublishReport.Ending?, _ lines: inout LineReader) -> Int? {
        switch ending {
        case nil: nil
        case .badInput(.unreadable): lines.number == 0 ? nil : lines.number + 1
        case .badInput(.tooLong(let line, _)): line + 1
        // Input that ends with the signal was not at its end before.
        case .interrupted, .badInput: lines.number + 1
        default: lines.hasEnded() ? nil : lines.number + 1
        }
    }

    private struct Interrupted: Error {
        let signal: Int32
    }

    /// Reads and sends; returns why it ended before the end of the input.
    private mutating func publish(_ lines: inout LineReader) -> PublishReport.Ending? {
        var line = PublishedLine()
        do {
            while !tally.isRejected {
                if channel.isShortOfReplicas { return .shortOfReplicas }
                guard try advance(&lines) else { return nil }
                guard !MessageScanner.isBlank(lines.bytes, lines.line) else { continue }
                try scanner.scan(lines.bytes, lines.line, into: &line)
                try encoder.append(&line, to: &batch.frames)
                batch.close(line: lines.number)
                if isFull { try sendBatch() }
            }
            return .rejected
        } catch let error as UnsettledError {
            unsettledError = error
            return .doubt
        } catch let interrupted as Interrupted {
            return .interrupted(signal: interrupted.signal)
        } catch let error as LineReaderError {
            return .badInput(error)
        } catch let refusal as PublishError where !refusal.isAboutMessage {
            return .failed(refusal)
        } catch {
            return .badLine(lines.number, TerminalText(of: error))
        }
    }

    /// Goes to the next line. What is ready is sent before input is waited for, and its answers collected.
    private mutating func advance(_ lines: inout LineReader) throws -> Bool {
        while true {
            if let signal = Interruption.signal { throw Interrupted(signal: signal) }
            do {
                if try !lines.prepare() { try drain() }
                return try lines.advance()
            } catch LineReaderError.interrupted {
                continue
            }
        }
    }

    private var isFull: Bool {
        batch.count >= min(Self.batchCount, pace?.burst ?? .max) || batch.frames.bytes.count >= Self.batchBytes
    }

    private mutating func sendBatch() throws(UnsettledError) {
        guard batch.count > 0 else { return }
        let full = batch
        batch = channel.emptyBatch()
        pace?.wait(for: full.count)
        try channel.send(full)
    }

    private mutating func drain() throws(UnsettledError) {
        try sendBatch()
        try channel.finish()
        settled()
    }

    /// Sends what is left, collects every answer, and sums up.
    private mutating func end(_ ending: PublishReport.Ending?, waitsForDisk: Int64?) -> PublishReport {
        if unsettledError == nil {
            do { try drain() } catch { unsettledError = error }
        }
        let unconfirmed = channel.confirmation?.replicas.map { _ in channel.settleUnconfirmed() }
        var report = PublishReport(unsettled: channel.unsettled)
        report.unconfirmed = unconfirmed
        report.unverified = channel.unverified
        report.published = tally.published
        report.ids = tally.ids
        report.ending = ending
        report.rejected = channel.rejected
        report.unsettledError = unsettledError
        if let waitsForDisk, report.isComplete {
            report.isOnDisk = (try? channel.waitForDisk(milliseconds: waitsForDisk)) ?? false
        }
        return report
    }
}

/// Keeps to a number of messages a second, by sleeping before a batch.
final class Pace {
    private let rate: Int
    /// When the next batch may be sent.
    private var next: ContinuousClock.Instant?

    init(rate: Int) {
        self.rate = rate
    }

    /// How many messages may go at once: a tenth of a second's worth.
    var burst: Int {
        max(1, rate / 10)
    }

    /// Waits until `count` more messages may be sent; not beyond a signal to stop. Time in which nothing was sent is not
    /// made up for.
    func wait(for count: Int) {
        let pause = pause(at: .now)
        if pause > .zero { try? Poll.sleep(until: .after(pause)) }
        note(count, at: .now)
    }

    /// How long nothing may be sent yet.
    func pause(at now: ContinuousClock.Instant) -> Duration {
        next.map { max(.zero, $0 - now) } ?? .zero
    }

    /// Counts what is sent.
    func note(_ count: Int, at now: ContinuousClock.Instant) {
        next = now + pause(at: now) + .seconds(1) * count / rate
    }
}
