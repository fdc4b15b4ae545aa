import Glibc
import RESP
import Redis
import TestSupport
import Testing

/// Whatever a server does, a wait ends when it was said to end.
@Suite struct DeadlineTests {
    private static let short = Duration.milliseconds(100)
    private static let shortConnect = Timeouts(connect: short, command: .seconds(30))
    private static let shortCommand = Timeouts(connect: .seconds(30), command: short)

    @Test func oneThatAcceptsAndNeverAnswersTimesOutWhileConnecting() throws {
        let peer = try ScriptedPeer([[.silent]])
        let error = try redisError { _ = try peer.connect(timeouts: Self.shortConnect) }
        #expect(
            error == RedisError(target: peer.target, phase: .connecting, cause: .link(.timedOut(after: Self.short)))
        )
        #expect(peer.finish(), "the client did not close")
    }

    @Test func oneThatNeverAcceptsTimesOutWhileConnecting() throws {
        let peer = try ScriptedPeer([], ignoresOthers: true)
        let error = try redisError { _ = try peer.connect(timeouts: Self.shortConnect) }
        #expect(error.cause == .link(.timedOut(after: Self.short)))
        #expect(error.phase == .connecting)
    }

    @Test func oneThatFallsSilentTimesOutWithItsOutcomeUnknown() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .silent]])
        let connection = try peer.connect(timeouts: Self.shortCommand)
        let error = try redisError { _ = try connection.send(Command("PING")) }
        #expect(error == RedisError(target: peer.target, phase: .awaiting, cause: .link(.timedOut(after: Self.short))))
        #expect(error.duringWrite().isUnknownWrite)
        #expect(peer.finish(), "the client did not close: a late reply could reach the next command")
    }

    @Test func oneThatDripsItsGreetingDoesNotExtendTheDeadline() throws {
        let endless = Array("$100000\r\n".utf8) + [UInt8](repeating: 0x61, count: 100_000)
        let peer = try ScriptedPeer([[.drip(endless, every: .milliseconds(5))]])
        let error = try redisError { _ = try peer.connect(timeouts: Self.shortConnect) }
        #expect(error.cause == .link(.timedOut(after: Self.short)))
    }

    @Test func oneThatDripsAReplyDoesNotExtendTheDeadline() throws {
        let endless = Array("$100000\r\n".utf8) + [UInt8](repeating: 0x61, count: 100_000)
        let peer = try ScriptedPeer([
            [.expectCommands(3), .send(welcome), .expectCommand, .drip(endless, every: .milliseconds(5))]
        ])
        let connection = try peer.connect(timeouts: Self.shortCommand)
        let error = try redisError { _ = try connection.send(Command("PING")) }
        #expect(error.cause == .link(.timedOut(after: Self.short)))
    }

    @Test(arguments: [">1\r\n+tick\r\n", "|1\r\n+a\r\n+b\r\n"])
    func oneThatFloodsDoesNotExtendTheDeadline(bytes: String) throws {
        let flood = Array(String(repeating: bytes, count: 1000).utf8)
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .expectCommand, .flood(flood)]])
        let connection = try peer.connect(timeouts: Self.shortCommand)
        let error = try redisError { _ = try connection.send(Command("PING")) }
        if bytes.hasPrefix(">") {
            #expect(error.cause == .link(.timedOut(after: Self.short)))
        } else {
            // Attributes belong to the reply that follows them: this one outgrows every reply first, or the time.
            #expect(error.phase == .awaiting)
        }
    }

    @Test func oneThatNeverReadsDoesNotBlockAWriteForEver() throws {
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .stall]])
        let connection = try peer.connect(timeouts: Self.shortCommand)
        let value = [UInt8](repeating: 0, count: 64_000_000)
        let error = try redisError { _ = try connection.send(Command("SET", arguments: [[0x6B], value])) }
        #expect(error == RedisError(target: peer.target, phase: .sending, cause: .link(.timedOut(after: Self.short))))
        #expect(!error.duringWrite().isUnknownWrite, "an incomplete command cannot have run")
    }

    @Test func aSignalThatIsHandledElsewhereDoesNotEndAWait() throws {
        signalAction(SIGUSR1) { _ in }
        let (asked, answer) = (try Latch(), try Latch())
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send(welcome), .expectCommand, .open(asked), .wait(answer), .send("+PONG\r\n"),
                .silent,
            ]
        ])
        let text = Box<String?>(nil)
        let client = BackgroundThread {
            text.value = try? peer.connect().send(Command("PING")).text
        }
        #expect(asked.wait())
        for _ in 0..<100 { client.signal(SIGUSR1) }
        answer.open()
        client.join()
        #expect(text.value == "PONG")
    }

    @Test func aWaitThatMustNotEndEarlyDoesNotWhateverItsDeadlineIsMadeOf() {
        var firm = Deadline.after(.seconds(3_600))
        firm.heedsInterrupts = false
        let soon = Deadline.after(.seconds(1))
        #expect(soon.orEarlier(firm).instant == soon.instant)
        #expect(!soon.orEarlier(firm).heedsInterrupts)
        #expect(!firm.orEarlier(soon).heedsInterrupts)
        #expect(!firm.share(of: 2).heedsInterrupts)
        #expect(firm.share(of: 2).instant < firm.instant)
        #expect(soon.orEarlier(.after(.seconds(5))).heedsInterrupts)
        #expect(soon.share(of: 2).heedsInterrupts)
    }

    @Test func aDeadlineFurtherThanTheClockReachesIsNoTrap() {
        let deadline = Deadline.after(.seconds(Int64.max))
        #expect(!deadline.hasPassed)
        #expect(deadline.pollMilliseconds == Int32.max)
        #expect(Deadline.after(.zero).hasPassed)
        #expect(Deadline.after(.seconds(-5)).remaining == .zero)
        #expect(Deadline.after(.seconds(-5)).pollMilliseconds == 0)
    }
}
