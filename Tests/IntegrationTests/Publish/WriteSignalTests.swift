import Glibc
import RedisSandbox
import TestSupport
import Testing

/// However often and by which signal a command that writes is asked to stop, it says what became of what it sent.
@Suite struct WriteSignalTests {
    private static let signals: [(Int32, Int32)] = [(SIGHUP, 129), (SIGINT, 130), (SIGQUIT, 131), (SIGTERM, 143)]

    @Test(arguments: signals)
    func publishSaysHowFarItCame(signal: Int32, status: Int32) throws {
        try withServer { server in
            try server.makeRevocations()
            let folder = try TemporaryFolder()
            let file = try folder.write("messages.ndjson", Publish.lines(50_000))
            let command = try Publish.runner(server.url).start([
                "publish", "sessions.revoke", "--ndjson", file, "--rate", "500",
            ])
            try eventually("it has begun") { try server.outboxIDs().count > 100 }
            command.signal(signal)
            let result = try command.finish()
            #expect(result.status == status)
            let ids = try server.outboxIDs()
            #expect(ids == Publish.identifiers(ids.count))
            // A reply that takes half a second more has it say so before.
            #expect(
                result.stderr.hasSuffix(
                    """
                    caracalctl: interrupted
                    caracalctl: note: lines from \(ids.count + 1) on were not read (tail -n +\(ids.count + 1))
                    caracalctl: note: \(Publish.stream) is read by sts-revocation

                    """
                )
            )
        }
    }

    @Test(arguments: signals)
    func redriveSaysHowFarItCame(signal: Int32, status: Int32) throws {
        try withServer { server in
            try DLQ.fill(server, 200)
            let command = try DLQ.runner(server).start(["dlq", "redrive", "--yes", "--rate", "5", "-o", "json"])
            try eventually("two are back") { try DLQ.events(on: server).back.count >= 2 }
            command.signal(signal)
            let result = try command.finish()
            #expect(result.status == status)
            let events = try DLQ.events(on: server)
            #expect(result.stdout.contains("\"moved\": \(events.back.count),"))
            #expect(result.stdout.contains("\"left\": \(events.dead.count),"))
            #expect((events.dead + events.back).sorted() == DLQ.names(0..<200))
        }
    }

    /// The replies are held back: the first signal waits for them and says so, the second one does not wait any more.
    @Test func aSecondSignalLeavesAFileAndEndsPublish() throws {
        try withServer { server in
            try server.makeRevocations()
            let held = Fault(.toClient, after: .messages(PublishFaultTests.prelude + 2), .hold)
            let proxy = try FaultProxy(server, [held])
            let folder = try TemporaryFolder()
            let input = try folder.write("messages.ndjson", Publish.lines(5))
            let command = try Publish.runner(proxy.url).start(
                ["publish", "sessions.revoke", "--ndjson", input, "--timeout", "90s"]
            )
            try eventually("all are in the stream") { try server.outboxIDs().count == 5 }
            command.signal(SIGINT)
            try command.waitForErrors(
                "caracalctl: note: interrupted: waiting at most 1m30s for the reply to what was sent (interrupt again to stop "
                    + "waiting)\n"
            )
            command.signal(SIGINT)
            let result = try command.finish()
            #expect(result.status == 74)
            #expect(result.stderr.contains("it is unknown whether 3 messages arrived: "), "\(result.stderr)")
            let file = try Publish.resumeFile(command)
            proxy.release()
            let resumed = try Publish.runner(server.url).run(["publish", "--resume", file])
            #expect(resumed.status == 0, "\(resumed.stderr)")
            #expect(try server.outboxIDs() == Publish.identifiers(5))
        }
    }

    @Test(arguments: ["redrive", "purge"])
    func aSecondSignalEndsWithWhatIsKnown(name: String) throws {
        try withServer { server in
            try DLQ.fill(server, 5)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            #expect(try DLQ.run(server, "export", "--to", file).status == 0)
            let isPurge = name == "purge"
            let before = isPurge ? 3 + 1 + 1 + 5 : DLQRedriveTests.repliesBeforeSteps
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(before), .hold)])
            let command = try DLQ.runner(server, url: proxy.url).start(
                ["dlq", name, "--yes", "--timeout", "90s"] + (isPurge ? ["--exported", file] : [])
            )
            try eventually("all have gone") { try DLQ.events(on: server).dead.isEmpty }
            command.signal(SIGHUP)
            try command.waitForErrors("(interrupt again to stop waiting)\n")
            command.signal(SIGHUP)
            let result = try command.finish()
            #expect(result.status == 74)
            let said = isPurge ? "of 5 more it is unknown" : "of 5 messages it is unknown whether they are back"
            #expect(result.stderr.contains(said), "\(result.stderr)")
        }
    }

    /// Nobody is in the middle of anything yet.
    @Test func aSignalAtTheQuestionChangesNothing() throws {
        try withServer { server in
            try DLQ.fill(server, 5)
            let command = try DLQ.runner(server).startInTerminal(["dlq", "redrive"])
            try command.waitForOutput("[y/N] ")
            command.signal(SIGHUP)
            let result = try command.finish()
            #expect(result.status == 129)
            #expect(result.stdout.hasSuffix("caracalctl: interrupted: nothing was changed\r\n"), "\(result.stdout)")
            #expect(try DLQ.events(on: server).dead.count == 5)
        }
    }
}
