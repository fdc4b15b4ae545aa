import RESP
import Redis

/// How a trimming is carried out.
extension Trim {
    /// Trims step by step. Each step looks at the groups anew and does nothing once the plan does not hold any more.
    ///
    /// - Parameter afterStep: is told how many entries were removed so far.
    package func apply(
        _ plan: TrimPlan,
        on server: ReconnectingChannel,
        afterStep: (UInt64) -> Void = { _ in }
    ) -> TrimReport {
        guard let minID = plan.minID else {
            return TrimReport(plan: plan, removed: nil, length: plan.length, isDone: true)
        }
        do throws(RedisError) {
            try server.beginWrites()
        } catch {
            return TrimReport(plan: plan, removed: 0, length: plan.length, isDone: false)
                .stopped(.write(WriteEnding(looking: error)))
        }
        return confirmed(carryOut(plan, minID, on: server, afterStep: afterStep), minID, of: server)
    }

    /// Looks at the successor for what a server has removed that is not the master any more.
    private func confirmed(_ report: TrimReport, _ minID: EntryID, of server: ReconnectingChannel) -> TrimReport {
        guard server.isWatched, let removed = report.removed, removed > 0 else { return report }
        var loss: RedisError?
        if case .write(.lost(let error, _)) = report.ending {
            loss = error
        } else {
            do throws(RedisError) { try server.confirmWrites() } catch { loss = error }
        }
        guard let loss else { return report }
        var doubtful = report.stopped(.write(.lost(loss, isInDoubt: true)))
        doubtful.isDone = false
        let seen = settled(doubtful, minID, after: loss, of: server)
        // It was handed on before the failover.
        return seen.isDone && report.isDone ? report : seen
    }

    private func carryOut(
        _ plan: TrimPlan,
        _ minID: EntryID,
        on server: ReconnectingChannel,
        afterStep: (UInt64) -> Void
    ) -> TrimReport {
        var report = TrimReport(plan: plan, removed: 0, length: plan.length, isDone: false)
        var extent = isForced ? TrimStep.Extent.forced(TrimLosses(plan.groups)) : .nodes
        while !report.isDone {
            do throws(WriteEnding) {
                switch try TrimStep(plan: plan, minID: minID, extent: extent).run(on: server.connection) {
                case .removed(let removal):
                    report.removed = report.removed?.saturatingAdd(removal.count)
                    report.length = removal.length
                    report.isDone = removal.isLast
                    extent = Self.next(extent, after: removal)
                    afterStep(report.removed ?? 0)
                case .held(let group, let id):
                    guard case .forced(var losses) = extent, losses.widen(to: id, of: group) else {
                        return report.stopped(.held(group: group, from: id))
                    }
                    extent = .forced(losses)
                case .anew:
                    // What was counted belongs to a stream that is not there any more.
                    report.length = nil
                    return report.stopped(.anew)
                case .noGroups: return report.stopped(.noGroups)
                }
            } catch {
                let report = report.stopped(.write(error))
                guard case .lost(let loss, isInDoubt: true) = error else { return report }
                return settled(report, minID, after: loss, of: server)
            }
        }
        return report
    }

    private static func next(_ extent: TrimStep.Extent, after removal: TrimStep.Removal) -> TrimStep.Extent {
        switch extent {
        case .nodes: return removal.count == 0 ? .rest : .nodes
        case .rest: return .rest
        case .forced(var losses):
            if let next = removal.next { losses.drop(before: next) }
            return .forced(losses)
        }
    }

    /// After a lost reply a look tells whether the stream begins behind the plan's id by now; never how many entries of it
    /// went by this trimming.
    private func settled(
        _ report: TrimReport,
        _ minID: EntryID,
        after loss: RedisError,
        of server: ReconnectingChannel
    ) -> TrimReport {
        var report = report
        (report.removed, report.length) = (nil, nil)
        do throws(RedisError) {
            let connection = try server.open(after: loss)
            try server.confirm(connection)
            switch try connection.ask(XInfoStream(key: stream.key)) {
            case .failure(let refusal): throw connection.refused(refusal)
            case .success(let info):
                report.length = info.length
                report.isDone = info.firstID.map { $0 >= minID } ?? true
            }
        } catch {
            report.unsettled = error
        }
        return report
    }
}
