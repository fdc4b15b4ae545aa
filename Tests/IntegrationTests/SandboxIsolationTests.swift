import Glibc
import RedisSandbox
import TestSupport
import Testing

/// A command in a sandbox reaches nothing but the sandbox, whatever its surroundings say.
@Suite struct SandboxIsolationTests {
    private static let provisioning = ["sandbox", "--", CommandRunner.caracalctl, "provision"]

    /// Every way of naming a server, each leading to another one than the sandbox.
    private func ways(to url: String, _ path: String, _ port: UInt16) -> [[String: String]] {
        [
            ["CARACALCTL_URL": url], ["CARACALCTL_SOCKET": path], ["CARACALCTL_HOST": "127.0.0.1"],
            ["CARACALCTL_HOST": "127.0.0.1", "CARACALCTL_PORT": "\(port)"], ["CARACALCTL_PORT": "\(port)"],
            ["CARACALCTL_SENTINEL": "127.0.0.1:\(port)", "CARACALCTL_MASTER_NAME": "m"],
            ["CARACALCTL_CONTEXT": "prod"], ["REDIS_URL": url], ["REDIS_HOST": "127.0.0.1", "REDIS_PORT": "\(port)"],
            [:],
        ]
    }

    @Test func aCommandReachesTheSandboxWhateverNamesAnotherServer() throws {
        try withServer { production in
            let port = try #require(production.port)
            let folder = try TemporaryFolder()
            mkdir(folder.path + "/caracalctl", 0o700)
            try folder.write(
                "caracalctl/config.toml",
                "current = \"prod\"\n\n[contexts.prod]\nurl = \"\(production.url)\"\n"
            )
            for way in ways(to: production.url, production.socketPath, port) {
                let environment = way.merging(["XDG_CONFIG_HOME": folder.path]) { $1 }
                let result = try CommandRunner(environment: environment).run(Self.provisioning)
                expect(result, status: 0, stdout: provisioned("exists", start: "-"))
            }
            #expect(try production.keyCount() == 0)
        }
    }

    @Test func theSandboxHasKeysOfItsOwnForItsOwnerAlone() throws {
        let folder = try TemporaryFolder()
        let kept = folder.path + "/kept"
        let look =
            #"for f in "$STREAMS_HMAC_KEY_FILE" "$AUDIT_HMAC_KEY_FILE"; do stat -c '%a %s' "$f"; cat "$f"; done"#
        let first = try run("sandbox", "--keep", kept, "--", "sh", "-c", look)
        let lines = first.stdout.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0] == "600 65" && lines[2] == "600 65")
        #expect(lines[1] != lines[3])
        #expect(lines[1].allSatisfy(\.isHexDigit) && lines[3].allSatisfy(\.isHexDigit))
        // What was signed then is valid the next time.
        #expect(try run("sandbox", "--keep", kept, "--", "sh", "-c", look).stdout == first.stdout)
    }

    @Test func whatIsPublishedInASandboxIsSignedAndValid() throws {
        let tool = CommandRunner.caracalctl
        let script = """
            \(tool) publish -q sessions.revoke zone_id=z session_id=s >/dev/null &&
            \(tool) publish -q audit.events zone_id=z event_type=t decision=allow >/dev/null; \
            \(tool) verify-sig sessions.revoke
            """
        let result = try run("sandbox", "--", "sh", "-c", script)
        #expect(result.status == 0)
        #expect(
            result.stdout == """
                STREAM           SCHEME  ENTRIES  VALID  INVALID  UNSIGNED
                sessions.revoke  fields        1      1        0         0

                """
        )
    }

    @Test func whoeverUsesItFromElsewhereIsToldWhatToSetAndUnset() throws {
        let folder = try TemporaryFolder()
        let running = try CommandRunner(
            environment: ["TMPDIR": folder.path, "CARACALCTL_CONTEXT": "prod", "REDIS_PASSWORD": "hush"]
        ).start(["sandbox"])
        try running.waitForErrors("AUDIT_HMAC_KEY_FILE=")
        running.signal(SIGINT)
        let result = try running.finish()
        #expect(result.status == 0)
        let url = result.stdout.split(separator: "\n").joined()
        let home = result.stderr.split(separator: "=").dropFirst(2).first?.split(separator: "\n").first ?? ""
        let keys = home.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        #expect(
            result.stderr == """
                caracalctl: the sandbox runs until Ctrl-C; to use it in another terminal:
                  unset CARACALCTL_CONTEXT REDIS_PASSWORD
                  export REDIS_URL=\(url)
                  export STREAMS_HMAC_KEY_FILE=\(keys)/streams_hmac_key.hex
                  export AUDIT_HMAC_KEY_FILE=\(keys)/audit_hmac_key.hex

                """
        )
    }

    @Test(arguments: [SIGHUP, SIGQUIT])
    func aClosedTerminalLeavesNothingBehind(signal: Int32) throws {
        let folder = try TemporaryFolder()
        let running = try CommandRunner(environment: ["TMPDIR": folder.path]).start(["sandbox"])
        try running.waitForErrors("AUDIT_HMAC_KEY_FILE=")
        running.signal(signal)
        #expect(try running.finish().status == 128 + signal)
        #expect(FileTree.names(in: folder.path) == [])
    }
}
