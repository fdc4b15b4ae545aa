import RESP
import RedisSandbox
import TestSupport
import Testing

@testable import Redis

/// What a real server said to each operation, broken in every place: the operation fails, or comes to what it came to
/// before, and never to anything else.
@Suite struct BrokenConversationTests {
    @Test(arguments: RedisBinary.allCases)
    func aConversationThatEndsAfterAnyByteComesToNothing(binary: RedisBinary) throws {
        try withServer(binary) { server in
            for conversation in try Conversation.all(on: server) {
                // Most places on one version; the others differ in few of them.
                let step = binary == .v8_2 ? (EveryByte.isAsked ? 1 : 11) : 47
                for limit in stride(from: 0, to: conversation.byteCount, by: step) {
                    let ending = ReplayLink.Ending.allCases[limit % 3]
                    let link = ReplayLink(conversation.replies, limit: limit, ending: ending)
                    let outcome = Result { try conversation.repeated(over: link) }
                    if case .failure(let error as RedisError) = outcome, case .link = error.cause { continue }
                    Issue.record("\(conversation.name), \(limit) bytes: \(outcome)")
                    break
                }
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aConversationThatArrivesByteByByteComesToTheSame(binary: RedisBinary) throws {
        try withServer(binary) { server in
            for conversation in try Conversation.all(on: server) {
                for step in [1, 7] {
                    let outcome = try conversation.repeated(over: ReplayLink(conversation.replies, step: step))
                    #expect(outcome == conversation.outcome, "\(conversation.name)")
                }
            }
        }
    }

    /// Replies that no server gives to what was asked, or gives when something is wrong.
    static let wrong = [
        "-ERR boom \u{1B}[2J", "-NOPERM no", "-LOADING wait", "-WRONGTYPE no", "-NOGROUP no", "-ERR no such key",
        "-BUSYGROUP no", "_", "$-1", "*-1", "*0", "%0", "~0", ":0", ":-1", ":9223372036854775807", "+OK", "$0\r\n",
        "#t", ",nan", "(99999999999999999999999", "*1\r\n*1\r\n*1\r\n_", "%1\r\n_\r\n_", "$3\r\n\u{1B}[m",
    ].map { Array("\($0)\r\n".utf8) }

    @Test(arguments: RedisBinary.allCases)
    func aWrongReplyInAnyPlaceIsNeverFatalAndARefusalNeverLooksLikeAnAnswer(binary: RedisBinary) throws {
        try withServer(binary) { server in
            for conversation in try Conversation.all(on: server) {
                for place in conversation.replies.indices {
                    for wrong in Self.wrong {
                        var replies = conversation.replies
                        replies[place] = wrong
                        // Whatever it comes to, it does come to an end.
                        _ = try? conversation.repeated(over: ReplayLink(replies))
                    }
                }
            }
        }
    }

    /// An error in the place of any reply that carries figures changes what is reported: it does not vanish.
    @Test(arguments: RedisBinary.allCases)
    func aServerThatRefusesEverythingIsNotTakenForAnEmptyOne(binary: RedisBinary) throws {
        try withServer(binary) { server in
            for conversation in try Conversation.all(on: server) {
                for refusal in Self.wrong.prefix(3) {
                    let start = conversation.replies.prefix(3)
                    let replies = start + conversation.replies.dropFirst(3).map { _ in refusal }
                    let outcome = Result { try conversation.repeated(over: ReplayLink(Array(replies))) }
                    if case .success(let text) = outcome, conversation.name == "memory" {
                        // What memory would tell stands there as refused.
                        #expect(text.contains("refused(") && text.contains("notPermitted"))
                    } else if case .success(let text) = outcome {
                        Issue.record("\(conversation.name): \(text)")
                    }
                }
            }
        }
    }
}
