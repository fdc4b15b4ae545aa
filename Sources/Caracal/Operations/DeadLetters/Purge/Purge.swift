import RESP
import Redis

/// Removes the dead letters of a plan: `dlq purge`. Removing what is gone does nothing, so a batch whose reply was lost is
/// simply sent again.
package struct Purge {
    /// What happened.
    package struct Report: Sendable, Equatable {
        /// How many of the plan's dead letters are gone, by us or by someone else meanwhile.
        package internal(set) var removed = 0
        /// Why not all of them are; nil when they are.
        package internal(set) var stop: Stop?
    }

    /// Why it ended early.
    package enum Stop: Sendable, Equatable {
        /// The process was asked to stop.
        case interrupted(signal: Int32)
        /// The server would not do it.
        case refused(Refusal)
        /// The server was lost; of the last batch, of so many, it is unknown whether they are gone.
        case lost(RedisError, inDoubt: Int)
    }

    /// What is to be removed.
    package let plan: PurgePlan

    /// How many are removed by one command.
    private static let batch = 500
    /// How often in a row a connection may be lost.
    private static let patience = 5

    /// Describes a run.
    package init(plan: PurgePlan) { self.plan = plan }

    /// Removes batch after batch. Between batches a request to stop is heeded.
    package func run(
        on first: any CommandChannel,
        reconnect: () throws(RedisError) -> any CommandChannel,
        afterBatch: (Report) -> Void = { _ in }
    ) -> Report {
        var report = Report()
        var connection = first
        for part in plan.parts {
            for start in stride(from: 0, to: part.ids.count, by: Self.batch) {
                if let signal = Interruption.signal {
                    report.stop = .interrupted(signal: signal)
                    return report
                }
                let ids = Array(part.ids[start..<min(start + Self.batch, part.ids.count)])
                if let stop = remove(ids, of: part.stream, on: &connection, reconnect) {
                    report.stop = stop
                    return report
                }
                report.removed += ids.count
                afterBatch(report)
            }
        }
        return report
    }

    private func remove(
        _ ids: [EntryID],
        of stream: [UInt8],
        on connection: inout any CommandChannel,
        _ reconnect: () throws(RedisError) -> any CommandChannel
    ) -> Stop? {
        var losses = 0
        while true {
            do throws(RedisError) {
                switch try ask(XDel(key: stream, ids: ids), on: connection) {
                case .success: return nil
                case .failure(let refusal): return .refused(refusal)
                }
            } catch {
                losses += 1
                guard case .link = error.cause, losses <= Self.patience else { return .lost(error, inDoubt: ids.count) }
            }
            do { connection = try reconnect() } catch { return .lost(error, inDoubt: ids.count) }
        }
    }

    private func ask(_ request: XDel, on connection: any CommandChannel) throws(RedisError) -> Result<UInt64, Refusal> {
        let replies = try connection.pipeline([request.command], until: connection.writeDeadline)
        return try connection.read(replies[0], of: request)
    }
}
