import Testing

@testable import Redis

@Suite struct SentSecretsTests {
    @Test(arguments: [
        ("hunter2", "ERR hunter2 is xhunter2x", "ERR *** is x***x"),
        // A letter within a word tells nothing, and masking it would.
        ("x", "ERR max number of clients reached", "ERR max number of clients reached"),
        ("x", "ERR unknown command 'x', with args: x", "ERR unknown command '***', with args: ***"),
        ("no", "ERR no such node: no", "ERR *** such node: ***"),
        ("é", "é, caféé", "***, caféé"), ("", "ERR", "ERR"),
    ])
    func aPasswordIsMaskedAndAShortOneOnlyAsAWord(password: String, text: String, shown: String) {
        let masked = Secret(Array(password.utf8)).masked(in: Array(text.utf8))
        #expect(String(decoding: masked, as: UTF8.self) == shown)
    }
}
