import RESP
import Redis
import RedisSandbox
import TestSupport

/// Names that try to be something else where they are shown.
enum HostileNames {
    /// A group whose name is markup, with a request and a script in it.
    static func group(port: UInt16 = 9) -> String {
        "\"></td></svg><script>document.title='owned'</script><img/src=http://127.0.0.1:\(port)/x/onerror=alert(1)>"
    }

    /// A group whose name is Markdown.
    static let markdown = "`|[a](http://evil.example)|@everyone|\u{202E}"
}

/// Frames as `watch -o ndjson` prints them.
enum RecordedFrames {
    /// A frame of one stream with one group.
    ///
    /// - Parameters:
    ///   - second: the seconds behind 14:00:00.
    ///   - lag: a number, or null.
    static func line(second: Int, lag: String, group: String = "sts-revocation", marks: String = "") -> String {
        let name = group.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
        let (minutes, seconds) = (second / 60, second % 60)
        let time = "14:\(minutes < 10 ? "0" : "")\(minutes):\(seconds < 10 ? "0" : "")\(seconds)"
        return """
            {"schema":"caracalctl.watch/1","at":"2026-11-28T\(time).000Z","server":{"address":"10.0.0.1:6379","version":"8.2.1",\
            "role":"master"},"items":[{"stream":"caracal.sessions.revoke","exists":true,"length":5,"in_per_second":2,"dead_letters":1,\
            "memory_bytes":1000,"marks":[\(marks)],"groups":[{"group":"\(name)","exists":true,"pending":3,"lag":\(lag),\
            "lag_quality":"exact","behind_ms":1000,"out_per_second":1.5,"marks":[\(marks)]}]}],"summary":{"used_memory_bytes":1048576,\
            "maxmemory_bytes":2097152},"warnings":[]}

            """
    }

    /// A minute of them, in which something is found half-way, and something is not known.
    static func minute(group: String = "sts-revocation") -> String {
        (0..<60).map { second in
            line(
                second: second,
                lag: second == 20 ? "null" : "\(second * 10)",
                group: group,
                marks: second >= 30 && second < 40 ? "\"lost\"" : ""
            )
        }.joined()
    }
}

extension String {
    /// A report without what no two runs share: the times and the port.
    func maskedReport(port: UInt16?) -> String {
        let text = masked(port: port)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("# "), let comma = line.firstIndex(of: ",") { return line[..<comma] + ", NOW" }
            return line.hasPrefix("- Looked at: ") ? "- Looked at: NOW" : String(line)
        }.joined(separator: "\n")
    }
}
