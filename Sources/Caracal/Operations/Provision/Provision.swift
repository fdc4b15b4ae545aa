import RESP
import Redis

/// Creates what the table asks for and the server lacks, and nothing else.
///
/// Looks (one round trip), plans, applies (one more), and reads again what it changed. On a server that lacks nothing
/// it sends no write. Every step is harmless when repeated, so any number of runs may overlap.
package struct Provision: Sendable {
    /// The streams to provide for.
    package let streams: [StreamDefinition]
    /// Where new groups start.
    package let policy: StartPolicy

    /// Describes a run.
    package init(streams: [StreamDefinition], policy: StartPolicy) {
        self.streams = streams
        self.policy = policy
    }

    /// Looks and plans; nothing is changed. What would be done stands in the items' steps.
    package func preview(on connection: any CommandChannel) throws(RedisError) -> ProvisionReport {
        let plan = try plan(on: connection)
        return ProvisionReport(items: plan.items, findings: plan.findings)
    }

    /// Looks, plans and applies.
    ///
    /// - Parameter mastership: who can tell whether the server still is the master; nil where no Sentinels are named.
    package func run(
        on connection: any CommandChannel,
        mastership: MasterCheck? = nil
    ) throws(RedisError) -> ProvisionReport {
        let plan = try plan(on: connection)
        guard !plan.steps.isEmpty else { return ProvisionReport(items: plan.items, findings: plan.findings) }
        try mastership?.begin(with: connection.connection(for: []))
        let written = try apply(plan, on: connection)
        let (items, signal) = try confirm(written, on: connection)
        if items.contains(where: { $0.result == .created }) {
            // What was created is in doubt where another server is the master by now.
            do { try mastership?.confirmWrites(to: connection) } catch { throw error.leavingDoubt().duringWrite() }
        }
        return ProvisionReport(items: items, findings: plan.findings(of: items), signal: signal)
    }

    private func plan(on connection: any CommandChannel) throws(RedisError) -> ProvisionPlan {
        let look = try StreamLook(streams: streams, includesGroups: true, includesTime: false).run(on: connection)
        return ProvisionPlan(observed: look.streams, policy: policy)
    }

    private func apply(_ plan: ProvisionPlan, on connection: any CommandChannel) throws(RedisError) -> [ProvisionItem] {
        if connection.server.role == .replica {
            return plan.items.map { $0.step == nil ? $0 : $0.refused(.replica) }
        }
        let replies = try write(plan.steps, to: connection)
        var answers = replies[...]
        return plan.items.map { item in
            guard let step = item.step, let reply = answers.popFirst() else { return item }
            let refusal = reply.root.error.map { Refusal($0).answering(step.command, of: connection.endpoint) }
            return item.applied(step, error: refusal)
        }
    }

    private func write(_ steps: [ProvisionStep], to connection: any CommandChannel) throws(RedisError) -> [Reply] {
        do throws(WriteEnding) {
            return try connection.write(steps.map(\.command))
        } catch {
            switch error {
            case .interrupted(let signal): throw connection.failure(.link(.interrupted(signal: signal)), .sending)
            case .refused(let refusal): throw connection.refused(refusal)
            case .lost(let error, isInDoubt: true): throw error.duringWrite()
            case .lost(let error, isInDoubt: false): throw error
            }
        }
    }

    /// Reads the changed streams again: only what is seen there counts as created. When the process is asked to stop, what
    /// the server has answered must do; the signal.
    private func confirm(
        _ items: [ProvisionItem],
        on connection: any CommandChannel
    ) throws(RedisError) -> (items: [ProvisionItem], signal: Int32?) {
        let changed = streams.filter { stream in items.contains { $0.stream == stream && $0.result == .created } }
        guard !changed.isEmpty else { return (items, nil) }
        if let signal = Interruption.signal { return (items, signal) }
        let seen: [ObservedStream]
        do {
            seen = try StreamLook(streams: changed, includesGroups: true, includesTime: false).run(on: connection)
                .streams
        } catch {
            if let signal = error.signal { return (items, signal) }
            throw error.duringWrite()
        }
        let confirmed = items.map { item in
            guard item.result == .created, let state = seen.first(where: { $0.definition == item.stream })?.state,
                !item.isPresent(in: state)
            else { return item }
            return item.refused(.vanished)
        }
        return (confirmed, nil)
    }
}

extension ProvisionItem {
    func refused(_ reason: ProvisionProblem) -> ProvisionItem {
        var item = self
        item.result = reason == .vanished ? .missing : .refused
        item.refusal = reason
        item.start = nil
        item.skipped = 0
        return item
    }

    func applied(_ step: ProvisionStep, error: Refusal?) -> ProvisionItem {
        var item = self
        switch error {
        case nil: item.result = .created
        case let refusal? where step.isAlreadyDone(refusal):
            item.result = .exists
            item.start = nil
            item.skipped = 0
        case let refusal?: return refused(.server(refusal))
        }
        return item
    }

    func isPresent(in state: StreamState) -> Bool {
        guard case .stream(_, let groups) = state else { return false }
        return group.map { wanted in groups.contains { $0.name.elementsEqual(wanted.name.utf8) } } ?? true
    }
}
