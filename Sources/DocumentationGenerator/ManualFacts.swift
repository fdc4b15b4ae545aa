import CaracalCommands

/// What the manual says that the argument parser does not know.
struct ManualFacts {
    /// A name in a list, and what it means.
    struct Entry {
        let name: String
        let meaning: String
    }

    let version: String
    /// The date in the pages' footer: of this version, never of the run, so that the same sources give the same bytes.
    let date: String
    let environmentIntroduction: String
    let environment: [Entry]
    let files: [Entry]
    let exitStatuses: [Entry]
    /// The pages of section 7, which are written by hand.
    let guides: [String]

    /// Of the commands as they are.
    static var current: ManualFacts {
        ManualFacts(
            version: Version.number,
            date: "2026-11-23",
            environmentIntroduction: """
                An option beats a variable, and a variable that starts with CARACALCTL_ beats one that Caracal shares. An empty \
                variable counts as unset.
                """,
            environment: environment,
            files: files,
            exitStatuses: ExitStatus.allCases.map { Entry(name: String($0.rawValue), meaning: $0.meaning) },
            guides: ["caracalctl-deployment", "caracalctl-json", "caracalctl-runbook"]
        )
    }
}
