import Caracal
import RESP
import Redis

/// Names that only the server knows: a few of them, soon, or none. What goes wrong while a word is completed is not said.
final class ServerNames {
    /// Not more than this many are worth looking at.
    private static let limit = 200
    /// How long the server may take.
    private static let patience = Duration.milliseconds(500)
    /// How long an answer is good for.
    private static let lifetime = Duration.seconds(2)

    private let session: Session
    private var answers: [[String]: (names: [String], until: ContinuousClock.Instant)] = [:]

    init(_ session: Session) {
        self.session = session
    }

    /// What may be meant by a value of this name: `group`, `consumer`, `id`, `stream`.
    func find(_ name: String, at point: CompletionPoint) -> [String] {
        let stream = point.values["stream"].map(Self.key)
        let group = point.values["group"].map { Array($0.utf8) }
        switch (name, stream, group) {
        case ("stream", _, _) where point.flags.contains("--any-stream"): return cached(["streams"], streams)
        case ("group", let stream?, _): return cached(["groups", "\(stream)"]) { try self.groups(stream, $0) }
        case ("consumer", let stream?, let group?):
            return cached(["consumers", "\(stream)", "\(group)"]) { try self.consumers(stream, group, $0) }
        case ("id", let stream?, let group?) where ["ack", "claim"].contains(point.command.commandName):
            return cached(["pending", "\(stream)", "\(group)"]) { try self.pending(stream, group, $0) }
        case ("id", let stream, _):
            let key = stream ?? (point.command.commandName == "show" ? Self.key("audit.events.dlq") : nil)
            return key.map { key in cached(["ids", "\(key)"]) { try self.recent(key, $0) } } ?? []
        default: return []
        }
    }

    private static func key(_ name: String) -> [UInt8] {
        StreamTable[name].key
    }

    private func cached(_ question: [String], _ ask: (any CommandChannel) throws -> [[UInt8]]) -> [String] {
        if let answer = answers[question], answer.until > .now { return answer.names }
        guard let channel = try? session.open(), let found = try? ask(channel) else { return [] }
        let names = found.filter(Self.isPlain).prefix(Self.limit).map { String(decoding: $0, as: UTF8.self) }
        answers[question] = (names, .now + Self.lifetime)
        return names
    }

    /// A name that needs no quotes and does nothing to a terminal: the others must be typed.
    private static func isPlain(_ name: [UInt8]) -> Bool {
        !name.isEmpty && name.count <= 128 && name.first != UInt8(ascii: "-")
            && name.allSatisfy { $0 > 0x20 && $0 < 0x7F && !unsafe.contains($0) }
    }

    private static let unsafe = Set("\"'\\".utf8)

    // MARK: Questions

    private func answer(_ command: Command, _ channel: any CommandChannel) throws -> ReplyValue {
        try channel.pipeline([command], until: .after(Self.patience))[0].root
    }

    /// One page of the keyspace, whatever is in it: not a walk over all of it.
    private func streams(_ channel: any CommandChannel) throws -> [[UInt8]] {
        let page = try answer(Command("SCAN", "0", "COUNT", "1000", "TYPE", "stream").reading(), channel)
        return page[1].map { $0.elements.compactMap { $0.text.map(Array.init) } } ?? []
    }

    private func groups(_ stream: [UInt8], _ channel: any CommandChannel) throws -> [[UInt8]] {
        let request = XInfoGroups(key: stream)
        return request.read(try answer(request.command, channel))?.map(\.name) ?? []
    }

    private func consumers(_ stream: [UInt8], _ group: [UInt8], _ channel: any CommandChannel) throws -> [[UInt8]] {
        let request = XInfoConsumers(key: stream, group: group)
        return request.read(try answer(request.command, channel))?.map(\.name) ?? []
    }

    private func pending(_ stream: [UInt8], _ group: [UInt8], _ channel: any CommandChannel) throws -> [[UInt8]] {
        let request = XPending(key: stream, group: group, count: 20)
        return request.read(try answer(request.command, channel))?.map { Array($0.id.description.utf8) } ?? []
    }

    private func recent(_ stream: [UInt8], _ channel: any CommandChannel) throws -> [[UInt8]] {
        let entries = try answer(XRevRange(key: stream, count: 20).command, channel)
        return entries.elements.compactMap { $0[0]?.text.map(Array.init) }
    }
}
