import Redis
import RedisSandbox
import TestSupport
import Testing

/// `provision --emit-acl`, as it is typed.
@Suite struct AccessRulesTests {
    private static func notes(_ role: String) -> String {
        """
        caracalctl: note: no password is set or changed: a new user lets nobody in before ACL SETUSER caracal-\(role) \
        >PASSWORD (#SHA256 for its hash); typed into redis-cli, not on a command line
        caracalctl: note: the lines with a single rule are for Redis 7.0 or 7.2 and newer: an older server may refuse them, and \
        nothing is lost
        caracalctl: note: ACL SAVE or CONFIG REWRITE keeps them; in a users.acl file a line begins with user, not with \
        ACL SETUSER

        """
    }

    @Test func theRulesOfOneRoleAreLinesForRedisCliAndAskNoServer() throws {
        expect(
            try run("provision", "--emit-acl", "provisioner", "--port", "1"),
            status: 0,
            stdout: """
                ACL SETUSER caracal-provisioner on resetkeys resetchannels -@all ~caracal.* +type +xinfo|stream \
                +xinfo|groups +scan +client|setname +cluster|slots +cluster|myid +asking +xadd +xgroup|create
                ACL SETUSER caracal-provisioner +client|setinfo

                """,
            stderr: Self.notes("provisioner")
        )
    }

    @Test func quietLeavesTheLinesAlone() throws {
        let result = try run("provision", "--emit-acl", "all", "-q", environment: ["CARACALCTL_READ_ONLY": "1"])
        #expect(result.status == 0)
        #expect(result.stderr.isEmpty)
        #expect(result.stdout.split(separator: "\n").count == 9)
        #expect(result.stdout.split(separator: "\n").allSatisfy { $0.hasPrefix("ACL SETUSER caracal-") })
    }

    @Test func theDocumentSaysWhatEachRightIsFor() throws {
        let result = try run("provision", "--emit-acl", "operator", "-o", "ndjson", "-q")
        #expect(result.status == 0)
        #expect(
            result.stdout.hasPrefix(
                #"{"role":"operator","user":"caracal-operator","commands":[{"command":"ACL SETUSER"#
            )
        )
        #expect(
            result.stdout.contains(
                #"{"rule":"+waitaof","since":"7.2","purpose":"publish --wait-aof","courtesy":false}"#
            )
        )
    }

    @Test(arguments: [
        (["--emit-acl", "root"], "--emit-acl is observer, operator, provisioner or all"),
        (
            ["--emit-acl", "all", "--check"],
            "--emit-acl only prints: it goes with no stream and no --check, --dry-run or --wait"
        ),
        (
            ["keys.invalidate", "--emit-acl", "all"],
            "--emit-acl only prints: it goes with no stream and no --check, --dry-run or --wait"
        ),
    ])
    func whatMakesNoSenseIsRefused(arguments: [String], message: String) throws {
        let result = try CommandRunner().run(["provision"] + arguments)
        expect(result, status: 64, stderr: "caracalctl: \(message)\n")
    }

    /// Pasting the lines of a newer release leaves the password alone.
    @Test(arguments: RedisBinary.allCases)
    func theLinesKeepAPassword(binary: RedisBinary) throws {
        try withServer(binary) { server in
            _ = try AccessBench(server)
            let bench = try AccessBench(server)
            #expect(try bench.connection(as: "caracal-observer").isNamed)
            try server.send("ACL SETUSER caracal-observer resetpass")
            #expect(throws: (any Error).self) { try bench.connection(as: "caracal-observer") }
        }
    }
}
