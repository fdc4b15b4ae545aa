import Caracal
import Redis
import Rendering
import Text

/// A frame of `watch` for programs: an envelope on a line of its own.
struct WatchPresentation {
    let frame: WatchFrame
    let server: ServerPresentation
    let maxDeliveries: UInt64
    let keys: WatchKeys
    let at = WallClock.now

    /// The envelope and a line feed.
    var line: [UInt8] {
        Envelope(
            schema: "caracalctl.watch/1",
            at: at,
            server: server.json,
            items: frame.streams.map(item),
            summary: [
                "in_per_second": JSONValue(frame.rateIn), "dead_letters": JSONValue(frame.deadLetters),
                "signatures_checked": .string(keys.rawValue),
                "memory_server": JSONValue(frame.memory.name),
                "used_memory_bytes": JSONValue(frame.memory.memory.used.value),
                "maxmemory_bytes": JSONValue(frame.memory.memory.limit.value),
            ],
            warnings: frame.findings.warnings
        ).json.line()
    }

    private func item(_ stream: WatchedStream) -> JSONValue {
        let info = stream.observed.state.info
        return [
            "stream": .string(stream.observed.definition.name), "exists": JSONValue(stream.observed.state.exists),
            "length": JSONValue(info?.length), "in_per_second": JSONValue(stream.rateIn),
            "dead_letters": JSONValue(stream.deadLetters), "memory_bytes": JSONValue(stream.bytes),
            "slowest_group": JSONValue(bytes: stream.slowest?.standing.name), "behind_ms": JSONValue(stream.behind),
            "drains_in_ms": JSONValue(stream.drain.milliseconds), "marks": Self.marks(stream.marks),
            "groups": .array(stream.groups.map { group($0, of: stream) }),
        ]
    }

    private static func marks(_ marks: [WatchMark]) -> JSONValue { .array(marks.map { .string($0.rawValue) }) }

    private func group(_ group: WatchedGroup, of stream: WatchedStream) -> JSONValue {
        guard case .object(let members) = group.standing.json(maxDeliveries: maxDeliveries) else { return .null }
        return .object(
            members.filter { $0.name != "stream" } + [
                JSONMember("out_per_second", JSONValue(group.rateOut)),
                JSONMember("drains_in_ms", JSONValue(group.drain(rateIn: stream.rateIn).milliseconds)),
                JSONMember("marks", Self.marks(group.marks)),
            ]
        )
    }
}
