import ArgumentParser
import CSystem
import Redis
import Rendering

/// `caracalctl version`
struct VersionCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        _superCommandName: Caracalctl.name,
        abstract: "Show the version of this tool. [reads]",
        discussion: """
            The same as caracalctl --version: the version, the commit it was built from where that is known, and the \
            version of OpenSSL.

              caracalctl version
              caracalctl version -o json
            """
    )

    func run(_ output: OutputSettings) throws {
        try present(VersionPresentation(), output)
    }
}

/// How `version` shows it.
struct VersionPresentation: Presentable {
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        Version.text.split(separator: "\n").map { "\($0)\n" as ScreenText }.joined()
    }

    var envelope: Envelope {
        let commit = String(cString: csystem_commit())
        return Envelope(
            schema: "caracalctl.version/1",
            at: at,
            server: .null,
            items: [
                [
                    "version": .string(Version.number), "commit": commit.isEmpty ? .null : .string(commit),
                    "openssl": .string(TLSLibrary.version),
                ]
            ],
            summary: [:],
            warnings: []
        )
    }
}
