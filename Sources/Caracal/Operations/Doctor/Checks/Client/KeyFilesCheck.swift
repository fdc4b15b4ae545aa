import Text

extension HealthCheck {
    static let keyFiles = HealthCheck(
        "key-files",
        subject: "The signing keys this tool was given: whether they can be used, and who can read their files.",
        reason:
            "Who can read a key can forge revocations and audit events. The services refuse to start with one they cannot use.",
        remedy: "chmod 600 the file. A key is hexadecimal, at least 32 bytes: openssl rand -hex 32 makes one.",
        urgency: .later
    ) { examination in
        let keys = examination.setup.keys.filter { $0.state != .absent }
        guard !keys.isEmpty else { return .unseen("no signing key is set") }
        return Inspection(of: keys) { key in
            switch key.state {
            case .absent, .usable: []
            case .exposed(let warning):
                [
                    CheckOutcome(
                        .warning,
                        Evidence(warning.text),
                        fix: "chmod 600 \(ShellWord.last(Array(warning.path.utf8)))"
                    )
                ]
            case .unusable(let reason):
                [CheckOutcome(.failure, Evidence(reason), fix: "openssl rand -hex 32 # makes a key that can be used")]
            }
        }.or("the keys that are set can be used")
    }
}
