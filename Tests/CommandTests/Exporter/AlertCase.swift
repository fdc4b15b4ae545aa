/// Series, and the alerts that fire on them after 20 minutes.
struct AlertCase {
    /// The alert that it is about.
    let alert: String
    /// Each series and its value, which may be a rule: `0+60x20`.
    let series: [(name: String, value: String)]
    /// What fires: `CaracalLag warning`.
    let fires: [String]

    private init(_ alert: String, _ series: [(String, String)], _ fires: [String] = []) {
        self.alert = alert
        self.series = series.map { (name: $0.0, value: $0.1) }
        self.fires = fires
    }

    /// A group without anything amiss, and what is to be different.
    private static func group(
        _ alert: String,
        _ changes: [(String, String)],
        isCounted: Bool = true,
        _ fires: [String] = []
    ) -> AlertCase {
        let standard = [
            ("counted", isCounted ? "1" : "0"), ("exists", "1"), ("required", "1"), ("skipped", "0"),
            ("pending_entries|quality=\"exact\"", "0"), ("lag_entries|quality=\"exact\"", "0"), ("behind_seconds", "0"),
        ]
        let names = Set(changes.map { $0.0.prefix { $0 != "|" } })
        let all = standard.filter { !names.contains($0.0.prefix { $0 != "|" }) } + changes
        let series = all.map { name, value in
            let parts = name.split(separator: "|").map(String.init)
            let more = parts.count > 1 ? ",\(parts[1])" : ""
            return ("caracal_group_\(parts[0]){stream=\"s\",group=\"g\"\(more)}", value)
        }
        return AlertCase(alert, [up] + series, fires)
    }

    private static let up = ("caracal_up", "1")

    private static func both(_ alert: String) -> [String] { ["\(alert) warning", "\(alert) critical"] }

    static let all: [AlertCase] = look + streams + groups + server + outboxes

    private static let look = [
        AlertCase("CaracalAbsent", [("other", "1")], ["CaracalAbsent critical"]),
        AlertCase("CaracalAbsent", [up]),
        AlertCase("CaracalDown", [("caracal_up", "0")], ["CaracalDown critical"]),
        AlertCase("CaracalDown", [up]),
        AlertCase("CaracalStale", [up, ("caracal_scrape_timestamp_seconds", "0")], ["CaracalStale critical"]),
        AlertCase("CaracalStale", [up, ("caracal_scrape_timestamp_seconds", "0+60x20")]),
        AlertCase(
            "CaracalLookIncomplete",
            [up, ("caracal_look_complete{question=\"memory\"}", "0")],
            ["CaracalLookIncomplete warning"]
        ),
        AlertCase("CaracalLookIncomplete", [up, ("caracal_look_complete{question=\"memory\"}", "1")]),
    ]

    private static let streams = [
        AlertCase(
            "CaracalStreamMissing",
            [up, ("caracal_stream_exists{stream=\"s\"}", "0")],
            ["CaracalStreamMissing critical"]
        ),
        AlertCase("CaracalStreamMissing", [up, ("caracal_stream_exists{stream=\"s\"}", "1")]),
        AlertCase(
            "CaracalDeadLetters",
            [up, ("caracal_dead_letters{stream=\"s.dead\"}", "101")],
            both("CaracalDeadLetters")
        ),
        AlertCase(
            "CaracalDeadLetters",
            [up, ("caracal_dead_letters{stream=\"s.dead\"}", "1")],
            ["CaracalDeadLetters warning"]
        ),
        AlertCase("CaracalDeadLetters", [up, ("caracal_dead_letters{stream=\"s.dead\"}", "0")]),
        AlertCase("CaracalInvalidSignatures", verdicts(valid: 20)),
        AlertCase(
            "CaracalInvalidSignatures",
            verdicts(valid: 19, invalid: 1),
            ["CaracalInvalidSignatures critical"]
        ),
        AlertCase("CaracalUnsignedEntries", verdicts(valid: 20)),
        AlertCase("CaracalUnsignedEntries", verdicts(valid: 19, unsigned: 1), ["CaracalUnsignedEntries critical"]),
        AlertCase("CaracalIdsAhead", [up, ("caracal_stream_id_lead_seconds{stream=\"s\"}", "2")]),
        AlertCase(
            "CaracalIdsAhead",
            [up, ("caracal_stream_id_lead_seconds{stream=\"s\"}", "3")],
            ["CaracalIdsAhead warning"]
        ),
    ]

    private static func verdicts(valid: Int, invalid: Int = 0, unsigned: Int = 0) -> [(String, String)] {
        [up]
            + [("valid", valid), ("invalid", invalid), ("unsigned", unsigned)].map {
                ("caracal_newest_signatures{stream=\"s\",verdict=\"\($0)\"}", "\($1)")
            }
    }

    private static let groups = [
        group("CaracalGroupMissing", [("exists", "0")], ["CaracalGroupMissing critical"]),
        group("CaracalGroupMissing", [("exists", "0"), ("required", "0")]),
        group("CaracalLag", [("lag_entries|quality=\"at_least\"", "5001")], both("CaracalLag")),
        group("CaracalLag", [("lag_entries|quality=\"reported\"", "1001")], ["CaracalLag warning"]),
        group("CaracalLag", [("lag_entries|quality=\"exact\"", "1000")]),
        group("CaracalLag", [("lag_entries|quality=\"exact\"", "9999")], isCounted: false),
        group("CaracalPending", [("pending_entries|quality=\"exact\"", "5001")], both("CaracalPending")),
        group("CaracalPending", [("pending_entries|quality=\"exact\"", "1000")]),
        group(
            "CaracalOldestPending",
            [("oldest_idle_seconds|quality=\"exact\"", "1801")],
            both("CaracalOldestPending")
        ),
        group("CaracalOldestPending", [("oldest_idle_seconds|quality=\"exact\"", "300")]),
        group(
            "CaracalReaderSilent",
            [("reader_silence_seconds", "9999"), ("behind_seconds", "301"), ("consumers|state=\"gone\"", "1")],
            ["CaracalReaderSilent warning"]
        ),
        group(
            "CaracalReaderSilent",
            [("reader_silence_seconds", "2000"), ("behind_seconds", "1801"), ("consumers|state=\"gone\"", "1")],
            both("CaracalReaderSilent")
        ),
        group(
            "CaracalReaderSilent",
            [("reader_silence_seconds", "9999"), ("behind_seconds", "0"), ("consumers|state=\"gone\"", "1")]
        ),
        group(
            "CaracalNoReader",
            [("behind_seconds", "1801"), ("consumers|state=\"active\"", "0"), ("consumers|state=\"gone\"", "0")],
            both("CaracalNoReader")
        ),
        group(
            "CaracalNoReader",
            [("behind_seconds", "1801"), ("consumers|state=\"active\"", "1"), ("consumers|state=\"gone\"", "0")]
        ),
        group("CaracalLagUnknown", [("lag_entries|quality=\"unknown\"", "_x20")], ["CaracalLagUnknown warning"]),
        group("CaracalLagUnknown", [("lag_entries|quality=\"at_least\"", "5")]),
        group("CaracalEntriesLost", [("lost_entries|quality=\"at_least\"", "1")], ["CaracalEntriesLost critical"]),
        group("CaracalEntriesLost", [("lost_entries_reported", "2")], ["CaracalEntriesLost critical"]),
        group("CaracalEntriesLost", [("lost_entries|quality=\"exact\"", "0")]),
        group("CaracalEntriesSkipped", [("skipped", "1")], ["CaracalEntriesSkipped warning"]),
        group("CaracalEntriesSkipped", [("skipped", "1")], isCounted: false),
        group(
            "CaracalLastDelivery",
            [("most_deliveries|quality=\"exact\"", "7"), ("delivery_limit", "8")],
            ["CaracalLastDelivery warning"]
        ),
        group("CaracalLastDelivery", [("most_deliveries|quality=\"exact\"", "6"), ("delivery_limit", "8")]),
        group("CaracalLastDelivery", [("most_deliveries|quality=\"exact\"", "70")]),
    ]

    private static func memory(used: Int, of limit: Int) -> [(String, String)] {
        [up, ("caracal_redis_memory_used_bytes", "\(used)"), ("caracal_redis_memory_limit_bytes", "\(limit)")]
    }

    private static func writes(_ takesWrites: Int, replica: Int) -> [(String, String)] {
        [up, ("caracal_redis_takes_writes", "\(takesWrites)"), ("caracal_redis_replica", "\(replica)")]
    }

    private static let server = [
        AlertCase("CaracalMemory", memory(used: 91, of: 100), both("CaracalMemory")),
        AlertCase("CaracalMemory", memory(used: 81, of: 100), ["CaracalMemory warning"]),
        AlertCase("CaracalMemory", memory(used: 80, of: 100)), AlertCase("CaracalMemory", memory(used: 80, of: 0)),
        AlertCase("CaracalRefusesWrites", writes(0, replica: 0), ["CaracalRefusesWrites critical"]),
        AlertCase("CaracalRefusesWrites", writes(1, replica: 0)),
        AlertCase("CaracalReplica", writes(0, replica: 1), ["CaracalReplica critical"]),
        AlertCase("CaracalReplica", writes(1, replica: 0)),
        AlertCase(
            "CaracalEvictionPolicy",
            [up, ("caracal_redis_memory_policy_noeviction", "0")],
            ["CaracalEvictionPolicy critical"]
        ),
        AlertCase("CaracalEvictionPolicy", [up, ("caracal_redis_memory_policy_noeviction", "1")]),
        AlertCase("CaracalAofWriteFailed", files(aof: 1, write: 0), ["CaracalAofWriteFailed critical"]),
        AlertCase("CaracalAofWriteFailed", files()),
        AlertCase("CaracalAofOff", files(aof: 0, write: 0), ["CaracalAofOff warning"]),
        AlertCase("CaracalAofOff", files()),
        AlertCase("CaracalSaveFailed", files(save: 0), ["CaracalSaveFailed warning"]),
        AlertCase("CaracalSaveFailed", files()),
    ]

    private static func files(aof: Int = 1, write: Int = 1, save: Int = 1) -> [(String, String)] {
        [
            up, ("caracal_redis_aof_enabled", "\(aof)"), ("caracal_redis_aof_last_write_ok", "\(write)"),
            ("caracal_redis_last_save_ok", "\(save)"),
        ]
    }

    private static func outbox(_ series: String, _ values: [String]) -> [(String, String)] {
        [up]
            + zip(["a", "b"], values).map { stream, value in
                ("caracal_outbox_\(series.isEmpty ? "" : series),outbox=\"api\",stream=\"\(stream)\"}", value)
            }
    }

    private static let outboxes = [
        AlertCase("CaracalOutboxDead", outbox("rows{state=\"dead\"", ["0", "1"]), ["CaracalOutboxDead critical"]),
        AlertCase("CaracalOutboxDead", outbox("rows{state=\"dead\"", ["0", "0"])),
        AlertCase("CaracalOutboxDead", outbox("rows{state=\"waiting\"", ["9", "9"])),
        AlertCase(
            "CaracalOutboxOldest",
            outbox("oldest_waiting_seconds{x=\"\"", ["0", "1801"]),
            both("CaracalOutboxOldest")
        ),
        AlertCase("CaracalOutboxOldest", outbox("oldest_waiting_seconds{x=\"\"", ["300", "0"])),
        AlertCase("CaracalOutboxLocks", outbox("locks_run_out{x=\"\"", ["0", "1"]), ["CaracalOutboxLocks warning"]),
        AlertCase("CaracalOutboxLocks", outbox("locks_run_out{x=\"\"", ["0", "0"])),
        AlertCase("CaracalOutboxDown", [up, ("caracal_outbox_up", "0")], ["CaracalOutboxDown warning"]),
        AlertCase("CaracalOutboxDown", [up, ("caracal_outbox_up", "1")]),
        AlertCase(
            "CaracalOutboxUnreadable",
            [up, ("caracal_outbox_table_up{outbox=\"api\"}", "0")],
            ["CaracalOutboxUnreadable warning"]
        ),
        AlertCase("CaracalOutboxUnreadable", [up, ("caracal_outbox_table_up{outbox=\"api\"}", "1")]),
    ]

    /// All cases as promtool reads them: each is an instance of its own beside the others, but for those about what is not there at all.
    static func file(rules: String) -> String {
        let (alone, others) = (all.filter { $0.alert == "CaracalAbsent" }, all.filter { $0.alert != "CaracalAbsent" })
        let tests = alone.map { test([$0]) } + [test(others)]
        return "rule_files: [\(rules)]\nevaluation_interval: 1m\ntests:\n" + tests.joined()
    }

    private static func test(_ cases: [AlertCase]) -> String {
        let input = cases.enumerated().map { index, item in item.input(cases.count > 1 ? index : nil) }.joined()
        let expected = cases.enumerated().map { index, item in item.expected(cases.count > 1 ? index : nil) }.joined()
        return """
              - interval: 1m
                input_series:
            \(input.dropLast())
                promql_expr_test:
                  - expr: count by (alertname, severity, instance) (ALERTS{alertstate="firing"})
                    eval_time: 20m
                    exp_samples:\(expected.isEmpty ? " []" : "\n" + expected.dropLast())

            """
    }

    private func input(_ instance: Int?) -> String {
        series.map { name, value in
            var parts = name.split(separator: "{", maxSplits: 1).map(String.init)
            if let instance {
                let rest = parts.count > 1 ? "," + parts[1] : "}"
                parts = [parts[0], "instance=\"\(instance)\"\(rest)"]
            }
            let values = value.contains("x") ? value : "\(value)+0x20"
            return "      - {series: '\(parts.joined(separator: "{"))', values: '\(values)'}\n"
        }
        .joined()
    }

    private func expected(_ instance: Int?) -> String {
        fires.map { alert in
            let words = alert.split(separator: " ")
            let place = instance.map { ",instance=\"\($0)\"" } ?? ""
            return "          - {labels: '{alertname=\"\(words[0])\",severity=\"\(words[1])\"\(place)}', value: 1}\n"
        }
        .joined()
    }
}
