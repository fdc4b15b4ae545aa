import TestSupport
import Testing

/// `verify-sig` where no server is needed: files, keys, usage.
@Suite struct VerifySigOfflineTests {
    private var runner: CommandRunner { CommandRunner(environment: ["STREAMS_HMAC_KEY": VerifySig.key]) }

    @Test func standardInputIsCheckedWithoutAServer() throws {
        let line = """
            {"stream":"caracal.sessions.revoke","id":"1-0","fields":{"zone_id":"z-1","session_id":"s-1",\
            "_sig":"\(VerifySig.signed[5])"}}

            """
        let result = try runner.run(["verify-sig", "--offline", "-"], input: line)
        #expect(
            result.stdout == """
                STREAM           SCHEME  ENTRIES  VALID  INVALID  UNSIGNED
                sessions.revoke  fields        1      1        0         0

                """
        )
        #expect(result.stderr == "")
        #expect(result.status == 0)
    }

    @Test func aMalformedLineIsNamedAfterWhatWasFound() throws {
        let lines = "{\"stream\":\"caracal.keys.invalidate\",\"id\":\"\\u001b[31m\",\"fields\":{}}\ngarbage\n"
        let result = try runner.run(["verify-sig", "--offline", "-"], input: lines)
        #expect(result.stdout.hasSuffix("UNSIGNED  \\x1b[31m  keys.invalidate  no signature\n"))
        #expect(
            result.stderr == """
                caracalctl: caracal.keys.invalidate: 1 of 1 entries is unsigned
                caracalctl: standard input: line 2, byte 1: expected '{', found "g"; what comes after was not checked

                """
        )
        #expect(result.status == 65)
    }

    @Test func anEntryWhoseSchemeHasNoKeyIsNeverValid() throws {
        let line =
            "{\"stream\":\"caracal.audit.events\",\"id\":\"1-0\",\"fields\":{\"data\":\"{}\",\"sig\":\"\(VerifySig.audited[3])\"}}"
        let result = try runner.run(["verify-sig", "--offline", "-"], input: line)
        #expect(
            result.stdout == """
                STREAM        SCHEME  ENTRIES  VALID  INVALID  UNSIGNED  UNCHECKED
                audit.events  audit         1      0        0         0          1
                UNCHECKED  1-0  audit.events  signed by the audit scheme, for which there is no key

                """
        )
        #expect(result.status == 78)
    }

    @Test func developmentDoesWithoutSignaturesUnlessTheyAreRequired() throws {
        var runner = runner
        runner.environment["CARACAL_MODE"] = "dev"
        let line = "{\"stream\":\"caracal.keys.invalidate\",\"fields\":{}}"
        #expect(try runner.run(["verify-sig", "--offline", "-"], input: line).status == 0)
        #expect(try runner.run(["verify-sig", "--offline", "-", "--require"], input: line).status == 1)
        runner.environment["CARACAL_MODE"] = "production"
        #expect(try runner.run(["verify-sig", "--offline", "-"], input: line).status == 1)
    }

    @Test func eachEntryHasALine() throws {
        let line =
            "{\"stream\":\"caracal.keys.invalidate\",\"id\":\"1-0\",\"fields\":[[\"a\",{\"base64\":\"/w==\"}]]}\n"
        let result = try runner.run(["verify-sig", "--offline", "-", "--each"], input: line)
        #expect(
            result.stdout == """
                {"stream":"caracal.keys.invalidate","id":"1-0","part":"entry","scheme":null,"verdict":"unsigned",\
                "other_scheme":null,"other_verdict":null,"reason":"no signature","warnings":["not_utf8"],\
                "fields":[["a",{"base64":"/w=="}]],"message":{"a":{"base64":"/w=="}},"event":null}

                """
        )
        #expect(result.status == 1)
    }

    @Test(arguments: [
        (["sessions.revoke"], "STREAMS_HMAC_KEY"), (["audit.events"], "AUDIT_HMAC_KEY"),
        (["--all"], "STREAMS_HMAC_KEY"), (["--offline", "-"], "STREAMS_HMAC_KEY or AUDIT_HMAC_KEY"),
        (["elsewhere", "--any-stream"], "STREAMS_HMAC_KEY or AUDIT_HMAC_KEY"),
    ])
    func withoutAKeyNothingIsSent(arguments: [String], name: String) throws {
        let peer = try ScriptedPeer([[.silent]])
        let result = try CommandRunner(environment: ["REDIS_URL": peer.url]).run(["verify-sig"] + arguments)
        #expect(
            result.stderr == """
                caracalctl: there is no key to check with: set \(name) (or its _FILE twin), or give --key-file; \
                nothing was sent

                """
        )
        #expect(result.stdout == "")
        #expect(result.status == 78)
        #expect(peer.received() == [])
    }

    @Test(arguments: [
        ["sessions.revoke", "--all"], ["--id", "1-0"], ["sessions.revoke", "--id", "x"],
        ["sessions.revoke", "--id", "1-0", "--since", "-"], ["--offline", "-", "--all"],
        ["sessions.revoke", "--since", "2-0", "--until", "1-0"], ["sessions.revoke", "--from", "tomorrow"],
        ["--each", "-o", "json"], ["sessions.revoke", "--max-report", "-1"], ["nowhere"], ["nowhere.dead"],
    ])
    func contradictionsAreUsageErrors(arguments: [String]) throws {
        let result = try runner.run(["verify-sig"] + arguments)
        #expect(result.stdout == "")
        #expect(result.status == 64)
    }

    @Test func anUnreadableKeyFileIsAMatterOfConfiguration() throws {
        let folder = try TemporaryFolder()
        let short = try folder.write("short", "abcd")
        let result = try runner.run(["verify-sig", "sessions.revoke", "--key-file", short])
        #expect(
            result.stderr == """
                caracalctl: cannot use --key-file: key file "\(short)": the key has 2 bytes: it needs at least 32

                """
        )
        #expect(result.status == 78)
    }
}
