import RESP
import Redis

/// How a claim is carried out.
extension Claim {
    /// Looks at the planned entries once more, claims those that nobody has touched, and looks again: only what is seen
    /// then counts as claimed. After a lost connection the same look settles what can be settled.
    package func apply(
        _ plan: GroupChange,
        on connection: any CommandChannel,
        reconnect: @escaping () throws(RedisError) -> any CommandChannel
    ) throws(RedisError) -> Result<GroupChange, GroupRefusal> {
        var change = plan
        guard !plan.planned.isEmpty else { return .success(change) }
        let consumers = try consumers(on: connection)
        guard createsConsumer || consumers.contains(where: { $0.name == consumer }) else {
            return .failure(.noConsumer(stream, group: group, consumer: consumer))
        }
        let look = PendingLook(key: stream.key, group: group)
        let current = try look.entries(plan.planned.map { plan.changes[$0].id }, on: connection)
        for (index, entry) in zip(plan.planned, current) {
            if let touched = touched(plan.changes[index].entry, entry) { change.changes[index].outcome = touched }
        }
        send(&change, on: connection, reconnect: reconnect)
        return .success(change)
    }

    /// What became of an entry since the plan; nil when nobody has touched it.
    private func touched(_ planned: PendingEntry?, _ current: PendingEntry?) -> EntryOutcome? {
        guard let current else { return .settledMeanwhile }
        guard let planned, current.consumer == planned.consumer, current.deliveries == planned.deliveries,
            (current.idle ?? .max) >= (planned.idle ?? 0)
        else { return current.consumer == consumer ? .alreadyHeld : .taken(by: current.consumer) }
        return nil
    }

    private func send(
        _ change: inout GroupChange,
        on connection: any CommandChannel,
        reconnect: @escaping () throws(RedisError) -> any CommandChannel
    ) {
        var rest = change.planned[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(PendingLook.batchSize))
            rest = rest.dropFirst(batch.count)
            let ids = batch.map { change.changes[$0].id }
            do {
                let answers = try connection.ask(batch.map { request(for: change.changes[$0]) })
                for (index, answer) in zip(batch, answers) {
                    if case .failure(let refusal) = answer { change.changes[index].outcome = .refused(refusal) }
                }
                note(try PendingLook(key: stream.key, group: group).entries(ids, on: connection), batch, &change)
            } catch {
                let aftermath = Aftermath(key: stream.key, group: group, reconnect: reconnect)
                let seen = aftermath.look(at: ids, after: connection)
                note(seen?.entries, batch, &change, isFinal: seen?.isFinal ?? false)
                return
            }
        }
    }

    /// Notes who holds the entries of a batch now; nil when that could not be seen.
    private func note(
        _ entries: [PendingEntry?]?,
        _ batch: [Int],
        _ change: inout GroupChange,
        isFinal: Bool = true
    ) {
        for (position, index) in batch.enumerated() where change.changes[index].outcome == .planned {
            guard let entries else {
                change.changes[index].outcome = .unknown
                continue
            }
            change.changes[index].outcome = outcome(of: change.changes[index].entry, now: entries[position], isFinal)
        }
    }

    private func outcome(of planned: PendingEntry?, now entry: PendingEntry?, _ isFinal: Bool) -> EntryOutcome {
        guard let entry else { return .settledMeanwhile }
        if entry.consumer == consumer { return .done }
        guard isFinal else { return .unknown }
        // Left where it was, it was not sent, or not carried out.
        return entry.consumer == planned?.consumer ? .planned : .taken(by: entry.consumer)
    }
}
