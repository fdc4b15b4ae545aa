import RESP
import Redis

/// How a trimming is carried out.
extension Trim {
    /// Trims step by step, and looks again. Repeating a step is harmless, so after a lost connection the look decides.
    package func apply(
        _ plan: TrimPlan,
        on connection: any CommandChannel,
        reconnect: () throws(RedisError) -> any CommandChannel
    ) throws(RedisError) -> TrimReport {
        guard let minID = plan.minID else {
            return TrimReport(plan: plan, removed: nil, length: plan.length, isDone: true)
        }
        var removed: UInt64 = 0
        do {
            for request in plan.requests { removed = removed.saturatingAdd(try repeated(request, on: connection)) }
        } catch {
            guard error.refusal == nil, let other = try? reconnect(), let info = info(on: other) else {
                throw error.duringWrite()
            }
            let isDone = info.firstID.map { $0 >= minID } ?? true
            return TrimReport(plan: plan, removed: nil, length: info.length, isDone: isDone)
        }
        return TrimReport(plan: plan, removed: removed, length: info(on: connection)?.length, isDone: true)
    }

    /// Sends a step until it removes nothing, if it is one of many; once otherwise.
    private func repeated(_ request: XTrim, on connection: any CommandChannel) throws(RedisError) -> UInt64 {
        var removed: UInt64 = 0
        while true {
            let count: UInt64
            switch try connection.ask(request) {
            case .success(let value): count = value
            case .failure(let refusal): throw connection.failure(.refused(refusal), .awaiting)
            }
            removed = removed.saturatingAdd(count)
            if count == 0 || request.limit == nil { return removed }
        }
    }

    private func info(on connection: any CommandChannel) -> StreamInfo? {
        (try? connection.ask(XInfoStream(key: stream.key)))?.value
    }
}
