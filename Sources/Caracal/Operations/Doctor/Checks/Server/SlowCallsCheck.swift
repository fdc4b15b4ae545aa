import Redis
import Text

extension HealthCheck {
    /// From here on, in microseconds, a call takes long: a hundred times as long as any of the services' own.
    private static let slow: UInt64 = 100_000
    /// One alone that takes this long counts. Of shorter ones it takes several: a machine may be busy for a moment.
    private static let verySlow: UInt64 = 1_000_000
    private static let several = 3
    /// What is older, in milliseconds, is no cause of what is felt now.
    private static let window: UInt64 = 900_000
    /// How many of the newest calls are looked at: as many as a server keeps by default.
    static let slowCallsSize = 128

    static let slowCalls = HealthCheck(
        "slow-calls",
        subject: """
            Calls of the last 15 minutes that took the server 0.1 s or longer: three or more, or one of a second \
            (SLOWLOG GET).
            """,
        reason: """
            Redis does one thing at a time: each of them keeps all others waiting, publishers run into timeouts, and \
            consumers fall behind. The slow log holds what the server itself works for: a slow network, or a machine \
            that is short of processor time, memory or disk, does not show in it. Blocking commands that only wait do \
            not count.
            """,
        remedy: """
            Find the client by its address and name, and have it ask for less: no KEYS, no scripts with loops, no \
            XINFO STREAM FULL without COUNT, SCAN and ranges with COUNT. caracalctl raw SLOWLOG GET shows the whole calls.
            """
    ) { (server: ServerExamination) in
        guard let now = server.clock.value?.server else {
            return Inspection(server.clock, "which calls took long", "TIME")
        }
        let recent = (server.slowCalls.value ?? []).filter {
            $0.duration >= slow && $0.time.saturatingAdd(window) >= now
        }
        let isHeldUp = recent.count >= several || recent.contains { $0.duration >= verySlow }
        var inspection = Inspection(server.slowCalls, "which calls took long", "SLOWLOG GET") { _ in
            isHeldUp ? [outcome(recent, now)] : []
        }
        if let blindness = blindness(server), !isHeldUp { inspection.miss(blindness) }
        return inspection.or("no call of the last 15 minutes held the server up")
    }

    /// Why no call may be in the log.
    private static func blindness(_ server: ServerExamination) -> TerminalText? {
        guard server.slowCalls.value != nil else { return nil }
        let setting = server.settings["slowlog-log-slower-than"]
        guard let value = setting.value else {
            return "whether slow calls are logged is not known: "
                + (setting == .notPermitted ? "this user may not CONFIG GET" : "the server does not tell it")
        }
        let limit = Int64(value.text)
        return limit.map { (0...Int64(slow)).contains($0) } == true
            ? nil : "calls that took long are not logged: slowlog-log-slower-than is \(value)"
    }

    private static func outcome(_ calls: [SlowCall], _ now: UInt64) -> CheckOutcome {
        var commands: [(name: TerminalText, calls: [SlowCall])] = []
        for call in calls {
            let name = TerminalText(call.command.map(uppercase))
            if let place = commands.firstIndex(where: { $0.name == name }) {
                commands[place].calls.append(call)
            } else {
                commands.append((name, [call]))
            }
        }
        let total = { (calls: [SlowCall]) in calls.reduce(UInt64(0)) { $0.saturatingAdd($1.duration) } }
        commands.sort { total($0.calls) > total($1.calls) }
        let (name, own) = (commands[0].name, commands[0].calls)
        let longest = (own.map(\.duration).max() ?? 0) / 1000
        // The newest is the first.
        let last = own[0]
        let client: TerminalText =
            "\(last.client.isEmpty ? "an unknown client" : TerminalText(last.client))"
            + (last.clientName.isEmpty ? "" : " (\(last.clientName))")
        let others: TerminalText =
            commands.count == 1
            ? "" : "; also slow: \(commands.dropFirst().prefix(3).map(\.name).joined(separator: ", "))"
        return CheckOutcome(
            .warning,
            "\(Words.count(UInt64(own.count), "call", "calls")) of \(name) in the last 15 minutes took the server 0.1 s or longer, up to \(Words.number(longest)) ms: nothing else is served until such a call ends",
            evidence: "the last one \(time: now - min(now, last.time)) ago, from \(client)\(others)",
            fix:
                "caracalctl raw SLOWLOG GET 10 # shows the whole calls: have that client ask for less, or stop it\(end(last))"
        )
    }

    /// The command that ends the connection of a call, in a clause; empty where its address is no one's, as on a Unix socket.
    private static func end(_ call: SlowCall) -> TerminalText {
        guard !call.client.isEmpty, !call.client.suffix(2).elementsEqual(":0".utf8) else { return "" }
        return " (caracalctl raw CLIENT KILL ADDR \(ShellWord.quoted(call.client)) ends its connection)"
    }

    private static func uppercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 32 : byte
    }
}
