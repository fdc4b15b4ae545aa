import RESP
import Testing

@testable import Caracal
@testable import Redis
import Text

/// What `tail` makes of replies that were written by hand.
@Suite struct TailReadingTests {
    private static let stream = StreamTable["audit.events"]
    /// The look at a stream that is not there yet.
    private static let look = ["+none\r\n", missing, "*2\r\n$1\r\n1\r\n$1\r\n0\r\n"]
    private static let missing = "-ERR no such key\r\n"

    /// The look at a stream that has one entry, `5-0`.
    private static let one =
        "%5\r\n+length\r\n:1\r\n+last-generated-id\r\n+5-0\r\n+groups\r\n:0\r\n"
        + "+first-entry\r\n*2\r\n+5-0\r\n*0\r\n+last-entry\r\n*2\r\n+5-0\r\n*0\r\n"

    /// A connection over which these replies come, each after the look at the stream at that time, and then no more.
    private func connection(_ replies: [String], looks: [String] = [missing, one]) -> Connection {
        let replies = zip(looks, replies).flatMap { [$0, $1] }
        return Connection(
            endpoint: Endpoint(address: .unix(path: "/replay")),
            timeouts: Timeouts(command: .milliseconds(300)),
            link: ReplayLink((Self.look + replies).map { Array($0.utf8) }, ending: .hangs)
        )
    }

    /// The reply to XREAD that has these entries of the stream.
    private func page(_ entries: [(id: String, message: Message)]) -> String {
        let items = entries.map { id, message in
            let words = message.fields.indices.flatMap {
                [message.name(at: $0).readable, message.value(at: $0).readable]
            }
            return "*2\r\n\(bulk(id))*\(words.count)\r\n\(words.map(bulk).joined())"
        }
        return "*1\r\n*2\r\n\(bulk(Self.stream.name))*\(items.count)\r\n\(items.joined())"
    }

    private func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

    @Test func theTimeThatTheServerWaitsIsNotTakenForItsSilence() throws {
        let connection = connection(["_\r\n"])
        var tail = try Tail(streams: [Self.stream])
        _ = try tail.begin(.from(.start), on: connection, clock: 0)
        #expect(try tail.next(on: connection).isCaughtUp)
        let error = try #require(throws: RedisError.self) { try tail.next(on: connection) }
        #expect(error.cause == .link(.timedOut(after: .milliseconds(Tail.block + 300))))
    }

    @Test func anEntryThatComesTwiceIsAViolation() throws {
        let once = page([("5-0", CheckSupport.message(["a": "b"]))])
        let connection = connection([once, once])
        var tail = try Tail(streams: [Self.stream])
        _ = try tail.begin(.from(.start), on: connection, clock: 0)
        #expect(try tail.next(on: connection).entries.count == 1)
        let error = try #require(throws: RedisError.self) { try tail.next(on: connection) }
        guard case .unexpected = error.cause else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func whatIsNotShownIsStillWhatALaterEntryRepeats() throws {
        let signed = try CheckSupport.audited("{}")
        let (first, second) = (signed.with("copy", "1"), signed.with("copy", "2"))
        let connection = connection([page([("5-0", first), ("6-0", second)])])
        let keys = CheckSupport.keys
        var tail = try Tail(
            streams: [Self.stream],
            selector: MessageSelector(matches: [try #require(FieldMatch("copy=2"))]),
            signatures: (keys, SignatureRules())
        )
        _ = try tail.begin(.from(.start), on: connection, clock: 0)
        let shown = try tail.next(on: connection).entries
        #expect(shown.map(\.id.milliseconds) == [6])
        #expect(shown.first?.judgements.map(\.isRepeated) == [true])
    }
}

extension Message {
    fileprivate func with(_ name: String, _ value: String) -> Message {
        var message = self
        message.append(name: Array(name.utf8), value: Array(value.utf8))
        return message
    }
}
