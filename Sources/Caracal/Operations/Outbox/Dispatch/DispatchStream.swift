import RESP
import Redis
import Text

/// A channel to one stream, on a connection of its own.
final class DispatchStream {
    /// The stream.
    let definition: StreamDefinition
    private let channel: PublishChannel
    private var encoder: EntryEncoder
    private let answers: Answers
    private var batch: FrameBatch
    private var unsettledError: UnsettledError?

    /// How many bytes travel together.
    private static let batchBytes = 128 * 1024

    /// What the channel reports, by the row's place in its batch.
    private final class Answers {
        var outcomes: [Int: RowOutcome] = [:]
    }

    private init(_ rules: PublishRules, _ channel: PublishChannel, _ answers: Answers) throws(CryptographyError) {
        definition = rules.stream
        encoder = try EntryEncoder(rules)
        self.channel = channel
        self.answers = answers
        batch = channel.emptyBatch()
    }

    /// Looks at the stream and its server: what it is like, or what keeps rows from being published there.
    static func look(
        at stream: StreamDefinition,
        over server: ReconnectingChannel
    ) throws(DispatchEnding) -> Result<PublishTarget, DispatchProblem> {
        do throws(RedisError) {
            switch try PublishTarget.look(at: stream, asksForDisk: false, on: server.connection) {
            case .failure(let problem): return .failure(.stream(problem))
            case .success(let target):
                let problem = try WriteProblem.find(for: stream.key, on: server.connection)
                return problem.map { .failure(.writesRefused($0)) } ?? .success(target)
            }
        } catch {
            throw DispatchEnding(error)
        }
    }

    /// Opens a channel to a stream.
    ///
    /// - Parameters:
    ///   - target: the stream, as it was looked at.
    ///   - confirmation: what has to be certain before a message counts as published.
    static func open(
        _ rules: PublishRules,
        _ target: PublishTarget,
        over server: ReconnectingChannel,
        confirmation: PublishConfirmation?
    ) throws(DispatchEnding) -> DispatchStream {
        let answers = Answers()
        let channel = PublishChannel(
            stream: rules.stream.key,
            server: server,
            mark: target.mark,
            confirmation: confirmation,
            report: { answers.outcomes[$0] = RowOutcome($1) }
        )
        do throws(CryptographyError) { return try DispatchStream(rules, channel, answers) } catch {
            throw .cryptography(error)
        }
    }

    /// Whether it can be used on: nothing was refused, and nothing is in doubt.
    var isUsable: Bool { unsettledError == nil && channel.rejected.isEmpty }

    /// The messages of which no Sentinel could say whether their server still is the master.
    var unverified: UnverifiedMessages? { channel.unverified }

    /// Signs and sends messages in their order, and leaves the answers to `finish`.
    func send(_ messages: [(place: Int, message: Message)]) {
        for (place, message) in messages {
            var message = message
            do throws(PublishError) {
                try encoder.append(ofRow: &message, to: &batch.frames)
            } catch {
                answers.outcomes[place] = .failed(.unfit(error.text))
                continue
            }
            batch.close(line: place)
            if batch.frames.bytes.count >= Self.batchBytes { flush() }
        }
        flush()
    }

    private func flush() {
        guard unsettledError == nil, batch.count > 0 else { return batch.removeAll() }
        let full = batch
        batch = channel.emptyBatch()
        do throws(UnsettledError) { try channel.send(full) } catch { unsettledError = error }
    }

    /// Waits until it is known what became of every message, or cannot be known. A message without an outcome was not sent.
    func finish() -> (outcomes: [Int: RowOutcome], unsettledError: UnsettledError?) {
        if unsettledError == nil {
            do throws(UnsettledError) { try channel.finish() } catch { unsettledError = error }
        }
        if unsettledError != nil {
            for entry in channel.unsettled.entries { answers.outcomes[entry.line] = .failed(.doubtful) }
        }
        defer { answers.outcomes.removeAll(keepingCapacity: true) }
        return (answers.outcomes, unsettledError)
    }

    /// What would be sent for a message.
    func preview(_ message: Message) throws(PublishError) -> Command {
        var (message, output) = (message, CommandEncoder())
        try encoder.append(ofRow: &message, to: &output)
        return Command(frame: output.bytes[...])
    }
}

/// What became of one row that was taken.
enum RowOutcome: Sendable, Equatable {
    /// It is in its stream, once.
    case published(EntryID)
    case failed(RowError)

    /// What the server answered to an XADD.
    fileprivate init(_ outcome: PublishOutcome) {
        switch outcome {
        case .published(let id): self = .published(id)
        case .refused(let refusal): self = .failed(.refused(refusal))
        case .noStream: self = .failed(.noStream)
        }
    }
}

/// Why a row was not published.
package enum RowError: Error, Sendable, Equatable {
    /// It is no message that can be published.
    case unfit(TerminalText)
    /// Redis refused it.
    case refused(Refusal)
    /// The stream does not exist any more.
    case noStream
    /// It is not known whether it arrived.
    case doubtful
    /// It was not sent: what came before it failed, or its lock ran out.
    case notSent

    /// That in a clause: what is recorded as the row's error.
    package var text: TerminalText {
        switch self {
        case .unfit(let text): text
        case .refused(let refusal): "Redis refused it: \(refusal.text)"
        case .noStream: "the stream does not exist"
        case .doubtful: "the connection to Redis was lost, and it is not known whether the message arrived"
        case .notSent: "not sent: Redis was lost, or took too long"
        }
    }
}
