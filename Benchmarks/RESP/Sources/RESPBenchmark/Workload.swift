/// The bytes that are parsed: always the same.
enum Workload {
    /// A page of 1,000 stream entries, as `XRANGE … COUNT 1000` gives it: eight fields and about 350 bytes each.
    static func page() -> [UInt8] {
        var wire = "*1000\r\n"
        for entry in 0..<1_000 {
            wire += "*2\r\n" + bulk("\(1_760_000_000_000 + entry * 37)-\(entry % 3)") + "*16\r\n"
            for (field, value) in fields(of: entry) { wire += bulk(field) + bulk(value) }
        }
        return Array(wire.utf8)
    }

    /// An array of 5 MB: 200,000 short strings.
    static func array() -> [UInt8] {
        var wire = "*200000\r\n"
        for element in 0..<200_000 { wire += bulk("element:\(1_000_000_000 + element)") }
        return Array(wire.utf8)
    }

    private static func fields(of entry: Int) -> [(String, String)] {
        [
            ("event_id", "7d9f4c1e-0b7a-4a51-9f6e-\(100_000_000_000 + entry)"),
            ("type", "session.revoked"),
            ("zone_id", "zone-\(entry % 17)"),
            ("session_id", "session-\(1_000_000 + entry)"),
            ("actor", "operator@example"),
            ("occurred_at", "2026-01-01T00:00:\(10 + entry % 50)Z"),
            ("outbox_id", "\(9_000_000 + entry)"),
            ("sig", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        ]
    }

    private static func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }
}
