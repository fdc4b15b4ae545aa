import Testing

@testable import Redis

@Suite struct ShownCommandTests {
    private func shown(_ words: [String]) -> String {
        ShownCommand(words.map { Array($0.utf8) }).words.map { String(decoding: $0.bytes, as: UTF8.self) }
            .joined(separator: " ")
    }

    static let key = String(repeating: "5e", count: 32)

    static let secrets: [(String, String)] = [
        ("AUTH hush", "AUTH ***"), ("AUTH op hush", "AUTH *** ***"),
        ("HELLO 3 AUTH op hush SETNAME x", "HELLO 3 AUTH *** *** SETNAME x"),
        ("hello 3 auth op hush", "hello 3 auth *** ***"),
        ("ACL SETUSER op on >hush <old #5e !5f ~* +@all", "ACL SETUSER op on >*** <*** #*** !*** ~* +@all"),
        ("ACL SETUSER op plain (>hush (~* resetkeys", "ACL SETUSER op *** *** *** resetkeys"),
        ("ACL SETUSR op >hush", "ACL SETUSR op >***"), ("ACL GETUSER >op", "ACL GETUSER >op"),
        ("ACL DRYRUN op AUTH bob hush", "ACL DRYRUN op AUTH *** ***"),
        ("ACL DRYRUN op ACL SETUSER x >hush", "ACL DRYRUN op ACL SETUSER x >***"),
        ("CONFIG SET requirepass hush maxmemory 1gb", "CONFIG SET requirepass *** maxmemory 1gb"),
        ("CONFIG SET masterauth hush", "CONFIG SET masterauth ***"),
        ("SENTINEL SET m auth-pass hush", "SENTINEL SET m auth-pass ***"),
        ("MIGRATE h 6379 k 0 5 AUTH hush", "MIGRATE h 6379 k 0 5 AUTH ***"),
        ("MIGRATE h 6379 k 0 5 AUTH2 op hush KEYS a", "MIGRATE h 6379 k 0 5 AUTH2 *** *** KEYS a"),
        ("XADD s * token hush zone_id z", "XADD s * token *** zone_id z"),
        ("HSET cfg STREAMS_HMAC_KEY bXlzZWNyZXQ=", "HSET cfg STREAMS_HMAC_KEY ***"),
        (#"XADD s * data {"a":1,"password":"hush"}"#, #"XADD s * data {"a":1,"password":***"#),
        ("SET k token=hush", "SET k token=***"), ("SET k key=\(key)", "SET k key=***"),
        ("SET k {\"url\":\"redis://u:hush@h\"}", "SET k ***"), ("SET k time=14:00", "SET k time=14:00"),
        ("XADD s * _sig \(key) k \(key)", "XADD s * _sig \(key.prefix(48)) k ***"),
        ("SET k \(key)", "SET k ***"), ("SET k redis://:hush@h", "SET k ***"),
        ("XGROUP CREATE s auth-group $", "XGROUP CREATE s auth-group $"),
    ]

    @Test(arguments: secrets)
    func secretsAreNotInIt(command: String, text: String) {
        #expect(shown(command.split(separator: " ").map(String.init)) == text)
    }

    /// `redis-cli SCRIPT LOAD "return 1"` gives the same.
    @Test func aScriptIsShownByItsDigest() {
        #expect(shown(["EVAL", "return 1", "0"]) == "EVAL script:e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0")
        #expect(shown(["SCRIPT", "LOAD", "return 1"]) == "SCRIPT LOAD script:e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
    }

    /// The password of the connection is hidden wherever it is part of a word, and the longer secret before the shorter one.
    @Test func thePasswordIsHiddenWithinWords() {
        let command = ShownCommand(
            ["ACL", "SETUSER", "b", "<hush-2", "~HUSH"].map { Array($0.utf8) },
            hiding: Secret(Array("hush".utf8))
        )
        #expect(
            command.words.map { String(decoding: $0.bytes, as: UTF8.self) } == ["ACL", "SETUSER", "b", "<***", "***"]
        )
        let refusal = command.blanking(Refusal(code: "ERR", message: Array("Error in modifier '<hush-2': hush".utf8)))
        #expect(String(decoding: refusal.message, as: UTF8.self) == "Error in modifier '<***': ***")
    }

    @Test func whatIsLongIsCut() {
        let command = ShownCommand([Array("ECHO".utf8), [UInt8](repeating: UInt8(ascii: "x"), count: 1000)])
        #expect(command.words.map(\.omitted) == [0, 952])
        #expect(command.words[1].bytes.count == 48)
        let many = ShownCommand([Array("DEL".utf8)] + (0..<30).map { Array("\($0)".utf8) })
        #expect(many.words.count == 16)
        #expect(many.omitted == 15)
    }
}
