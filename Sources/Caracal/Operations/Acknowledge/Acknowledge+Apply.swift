import Redis

/// How an acknowledgement is carried out.
extension Acknowledge {
    /// Acknowledges the planned entries. After a lost connection a look at the list settles what can be settled.
    package func apply(
        _ plan: GroupChange,
        on connection: any CommandChannel,
        reconnect: @escaping () throws(RedisError) -> any CommandChannel
    ) -> GroupChange {
        var change = plan
        var rest = plan.planned[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(PendingLook.batchSize))
            rest = rest.dropFirst(batch.count)
            do {
                let answers = try connection.ask(batch.map { request(for: change.changes[$0]) })
                for (index, answer) in zip(batch, answers) { change.changes[index].outcome = outcome(answer) }
            } catch {
                settle(batch, &change, after: connection, reconnect: reconnect)
                return change
            }
        }
        return change
    }

    private func outcome(_ answer: Result<Bool, Refusal>) -> EntryOutcome {
        switch answer {
        case .success(let wasPending): wasPending ? .done : .settledMeanwhile
        case .failure(let refusal): .refused(refusal)
        }
    }

    /// What is off the list is done, by us or by somebody; what is still there was not reached, once nothing of ours can
    /// come any more.
    private func settle(
        _ batch: [Int],
        _ change: inout GroupChange,
        after lost: any CommandChannel,
        reconnect: @escaping () throws(RedisError) -> any CommandChannel
    ) {
        let aftermath = Aftermath(key: stream.key, group: group, reconnect: reconnect)
        let seen = aftermath.look(at: batch.map { change.changes[$0].id }, after: lost)
        for (position, index) in batch.enumerated() {
            guard let seen else {
                change.changes[index].outcome = .unknown
                continue
            }
            let isOff = seen.entries[position] == nil
            change.changes[index].outcome = isOff ? .done : seen.isFinal ? .planned : .unknown
        }
    }
}
