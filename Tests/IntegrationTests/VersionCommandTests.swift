import TestSupport
import Testing

/// `version` and `completion`, which ask no server.
@Suite struct VersionCommandTests {
    @Test func theCommandSaysWhatTheOptionSays() throws {
        let option = try run("--version")
        expect(try run("version"), status: 0, stdout: option.stdout)
        #expect(option.stdout.hasPrefix("caracalctl "))
    }

    @Test func itIsADocumentWhereJSONIsAskedFor() throws {
        let result = try run("version", "-o", "json")
        #expect(result.status == 0)
        #expect(result.stdout.contains(#""schema": "caracalctl.version/1""#))
        #expect(result.stdout.contains(#""server": null"#))
        #expect(result.stdout.contains(#""version": "1.0.0""#))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func aShellGetsItsScript(shell: String) throws {
        let result = try run("completion", shell)
        #expect(result.status == 0)
        #expect(result.stdout.contains("caracalctl"))
        #expect(result.stdout.hasSuffix("\n") && !result.stdout.hasSuffix("\n\n"))
        #expect(result.stderr.isEmpty)
    }

    @Test func anotherShellIsRefusedWithTheOnesThereAre() throws {
        expect(
            try run("completion", "tcsh"),
            status: 64,
            stderr: "caracalctl: there is no script for tcsh: the shells are bash, zsh and fish\n"
        )
        expect(
            try run("completion"),
            status: 64,
            stderr: "caracalctl: completion needs SHELL (caracalctl completion --help)\n"
        )
    }
}
