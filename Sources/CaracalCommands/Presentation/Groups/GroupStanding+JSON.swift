import Caracal
import Redis
import Rendering

extension GroupStanding {
    /// The group as an item of an envelope.
    func json(maxDeliveries: UInt64) -> JSONValue {
        var members = [
            JSONMember("stream", .string(stream.name)), JSONMember("group", .bytes(name)),
            JSONMember("exists", .bool(info != nil)), JSONMember("pending", JSONValue(info?.pending)),
        ]
        members.append("lag", info.map { _ in lag })
        members.append("lost", info.map { _ in lost })
        members.append("trim_horizon", info.flatMap { _ in trimHorizon })
        members.append("oldest_idle", oldestIdle, unit: "_ms")
        members.append("most_deliveries", mostDeliveries)
        members += [
            JSONMember("max_deliveries", JSONValue(deliveryLimit(maxDeliveries))),
            JSONMember("last_delivered_id", JSONValue(info?.lastDeliveredID.description)),
            JSONMember("consumers", consumerCounts), JSONMember("counted", .bool(isCounted)),
        ]
        return .object(members)
    }

    private var consumerCounts: JSONValue {
        guard info != nil, let consumers else { return .null }
        let states = ConsumerState.allCases.map {
            JSONMember($0.rawValue, .integer(Int64(count($0) ?? 0)))
        }
        return .object([JSONMember("total", .integer(Int64(consumers.count)))] + states)
    }
}

extension ConsumerStanding {
    /// The consumer as a value of an envelope.
    var json: JSONValue {
        [
            "consumer": .bytes(info.name), "state": .string(state.rawValue), "pending": .unsigned(info.pending),
            "held_ms": JSONValue(held), "idle_ms": .unsigned(info.idle), "last_success_ms": lastSuccess,
        ]
    }

    private var lastSuccess: JSONValue {
        switch info.lastSuccess {
        // Before Redis 7.2 the idle time is that since the last success.
        case .untold: .unsigned(info.idle)
        case .never: .null
        case .ago(let time): .unsigned(time)
        }
    }
}
