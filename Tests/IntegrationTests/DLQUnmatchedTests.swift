import RedisSandbox
import TestSupport
import Testing

/// Nothing that was asked for is not nothing at all.
@Suite struct DLQUnmatchedTests {
    private static let commands = [[], ["ls"], ["redrive", "--yes"], ["redrive", "--dry-run"], ["export"]]

    @Test(arguments: commands)
    func aReasonThatNoneHasIsSaidWithThoseThereAre(command: [String]) throws {
        try withServer { server in
            try DLQ.fill(server)
            try DLQ.add([DLQ.connected()], to: DLQ.revocations, on: server)
            let result = try DLQ.runner(server).run(["dlq"] + command + ["--reason", "nosuch"])
            expect(
                result,
                status: 0,
                stdout: command == ["export"] ? "" : "no dead letters match\n",
                stderr: "caracalctl: warning: no dead letter has that reason; there are: pg_permanent_error, "
                    + "missing_revocation_anchor\n"
            )
            #expect(try DLQ.events(on: server).dead.count == 3)
        }
    }

    @Test(arguments: commands)
    func aRangeWithoutAnyIsSaidWithHowManyThereAre(command: [String]) throws {
        try withServer { server in
            try DLQ.fill(server)
            let result = try DLQ.runner(server).run(["dlq"] + command + ["--since", "2100-01-01T00:00:00Z"])
            expect(
                result,
                status: 0,
                stdout: command == ["export"] ? "" : "no dead letters match\n",
                stderr: "caracalctl: note: no dead letter lies in that range; there are 3 dead letters outside it\n"
            )
        }
    }

    @Test(arguments: commands)
    func aReasonThatLiesOutsideTheRangeIsCountedThere(command: [String]) throws {
        try withServer { server in
            try DLQ.fill(server)
            try DLQ.add([DLQ.connected()], to: DLQ.revocations, on: server)
            let choice = ["--reason", "missing_revocation_anchor", "--since", "2100-01-01T00:00:00Z"]
            expect(
                try DLQ.runner(server).run(["dlq"] + command + choice),
                status: 0,
                stdout: command == ["export"] ? "" : "no dead letters match\n",
                stderr:
                    "caracalctl: note: no dead letter with that reason lies in that range; there is 1 dead letter with it "
                    + "outside the range\n"
            )
        }
    }

    @Test(arguments: [[], ["ls"], ["redrive", "--yes"]])
    func whereThereAreNoneNothingElseIsSaid(command: [String]) throws {
        try withServer { server in
            try DLQ.fill(server, 0)
            for choice in [["--reason", "nosuch"], ["--since", "2100-01-01T00:00:00Z"]] {
                let result = try DLQ.runner(server).run(["dlq"] + command + choice)
                expect(result, status: 0, stdout: "no dead letters\n")
            }
        }
    }

    @Test func whatIsNotThereIsAWarningInEveryDocument() throws {
        try withServer { server in
            try DLQ.fill(server)
            for command in [[], ["ls"], ["redrive", "--yes"]] {
                let result = try DLQ.runner(server).run(["dlq"] + command + ["--reason", "nosuch", "-o", "json"])
                #expect(result.stdout.contains("\"code\": \"no_match\""), "\(result.stdout)")
            }
        }
    }

    @Test(arguments: commands)
    func aConditionThatNoneMeetsIsSaid(command: [String]) throws {
        try withServer { server in
            try DLQ.fill(server)
            let result = try DLQ.runner(server).run(["dlq"] + command + ["--where", "data.decision=deny"])
            expect(
                result,
                status: 0,
                stdout: command == ["export"] ? "" : "no dead letters match\n",
                stderr: "caracalctl: note: no dead letter matches --where\n"
            )
            #expect(try DLQ.events(on: server).dead.count == 3)
        }
    }

    @Test func onlyWhatMeetsEveryConditionIsChosen() throws {
        try withServer { server in
            try DLQ.fill(server)
            try DLQ.add([DLQ.connected(), DLQ.served()], to: DLQ.revocations, on: server)
            let runner = DLQ.runner(server)
            let conditions = ["--where", "session_id=s-1", "--where", "error~cannot*"]
            let exported = try runner.run(["dlq", "export"] + conditions)
            #expect(exported.status == 0 && exported.stdout.split(separator: "\n").count == 1)
            #expect(exported.stdout.contains(#""shape":"service""#))
            let listed = try runner.run(["dlq", "ls", "--newest", "-o", "ndjson"] + conditions)
            #expect(listed.status == 0 && listed.stdout.split(separator: "\n").count == 1)
            let redriven = try runner.run(["dlq", "redrive", "--yes", "--where", "data={}", "--limit", "1"])
            #expect(redriven.status == 0, "\(redriven.stderr)")
            #expect(try DLQ.events(on: server).dead.count == 2)
        }
    }
}
