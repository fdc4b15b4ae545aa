import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Names that come from the network and are made to do harm in a shell.
@Suite struct HostileCompletionTests {
    /// Each of them begins with a letter of its own.
    static let names = [
        "a$(touch owned)", "b`touch owned`", "c d  e", "d'quote", "e\"quote", "f\\back", "g;touch owned", "h*?[x]",
        "i#hash", "j>owned", "k:one:two", "l&touch owned&", "m=is", "n~", "o{a,b}", "p|touch owned", "q(x)<y>",
        "rünîcode",
        "s$HOME", "t%s%d", "u^x@y",
    ]
    static let unprintable = [
        "v\u{1B}]0;owned\u{7}", "w\u{9B}2J", "x\u{202E}txt", "y\nz", "z\r", "-rf", "A\tb", "B\u{0}c", "",
    ]

    private func withNames(_ names: [String], _ body: ([String: String]) throws -> Void) throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate * f v")
            let connection = try Connection.open(
                Endpoint(address: .unix(path: server.socketPath)),
                timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
            )
            for name in names.map({ Array($0.utf8) }) + [[0x43, 0xFF]] {
                let words = [Array("CREATE".utf8), Array("caracal.keys.invalidate".utf8), name, Array("0".utf8)]
                _ = try connection.send(Command("XGROUP", arguments: words))
            }
            try body(["REDIS_URL": server.url])
        }
    }

    @Test func whatATerminalWouldObeyIsNeverOffered() throws {
        try withNames(Self.unprintable + ["plain"]) { environment in
            for shell in CompletingShell.allCases {
                let offers = try shell.offers("caracalctl pending keys.invalidate ", environment: environment)
                #expect(offers == ["plain"])
            }
        }
    }

    /// The line that comes of a Tab and Return names the group, whole, and does nothing else.
    @Test(arguments: CompletingShell.allCases, ["", "'", "\""])
    func aHostileNameIsCompletedToItself(shell: CompletingShell, quote: String) throws {
        let names = Self.names
        try withNames(names) { environment in
            let folder = try TemporaryFolder()
            let script = try folder.write("script", try shell.echoingScript())
            let terminal = try shell.startAtTerminal(environment)
            terminal.type("source \(script)\n")
            for name in names {
                try terminal.type(
                    "caracalctl pending keys.invalidate \(quote)\(name.prefix(1))\t\n",
                    until: "<pending><keys.invalidate><\(name)>"
                )
            }
            terminal.type("test -e owned && echo cre\"\"ated\nexit\n")
            #expect(try !terminal.finish().stdout.contains("created"))
        }
    }
}
