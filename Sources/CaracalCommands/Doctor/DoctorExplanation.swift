import Caracal
import Rendering

/// What `doctor --explain` says of checks.
struct DoctorExplanation: Presentable {
    let checks: [HealthCheck]
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        checks.map { check in
            let parts = [
                look.styled("\(check.id)", .bold), Self.paragraph("Checks", check.subject, look),
                Self.paragraph("Why", check.reason, look), Self.paragraph("Fix", check.remedy, look),
            ]
            return parts.map { $0 + "\n" }.joined()
        }.joined(separator: "\n")
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.doctor-explain/1",
            at: at,
            server: .null,
            items: checks.map { check in
                [
                    "check": .string(check.id), "checks": .string(Self.line(check.subject)),
                    "why": .string(Self.line(check.reason)), "fix": .string(Self.line(check.remedy)),
                    // The former name of the same.
                    "mend": .string(Self.line(check.remedy)),
                ]
            },
            summary: ["checks": .integer(Int64(checks.count))],
            warnings: []
        )
    }

    /// The text under its title, broken between words.
    private static func paragraph(_ title: String, _ text: String, _ look: TerminalLook) -> ScreenText {
        let (indent, limit) = (9, max(40, min(look.width ?? 100, 100)))
        var lines = [String(repeating: " ", count: 2) + title + String(repeating: " ", count: indent - 2 - title.count)]
        var isFresh = true
        for word in line(text).split(separator: " ") {
            if !isFresh, lines[lines.count - 1].count + 1 + word.count > limit {
                lines.append(String(repeating: " ", count: indent))
                isFresh = true
            }
            lines[lines.count - 1] += (isFresh ? "" : " ") + word
            isFresh = false
        }
        return lines.map { "\(keeping: $0)" as ScreenText }.joined(separator: "\n")
    }

    /// The text on one line.
    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
