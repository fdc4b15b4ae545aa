import RESP

/// A change to groups or consumers of `caracal.sessions.revoke`, and how a server shows that it was made.
struct GroupWrite: Sendable, CustomStringConvertible {
    static let stream = "caracal.sessions.revoke"

    /// The command line.
    let words: [String]
    /// What `state` gives once it is done.
    let done: String

    var description: String { words.prefix(2).joined(separator: " ") }

    /// What `state` gives before.
    static let before = "more@0-0 resource-revocation@0-0 sts-revocation@0-0; idle"

    static let all = [
        GroupWrite(
            words: ["group", "create", "sessions.revoke", "added", "--at", "1-0"],
            done: "added@0-0 more@0-0 resource-revocation@0-0 sts-revocation@0-0; idle"
        ),
        GroupWrite(
            words: ["group", "seek", "sessions.revoke", "more", "--to", "end"],
            done: "more@3-0 resource-revocation@0-0 sts-revocation@0-0; idle"
        ),
        GroupWrite(
            words: ["group", "rm", "sessions.revoke", "more"],
            done: "resource-revocation@0-0 sts-revocation@0-0; idle"
        ),
        GroupWrite(
            words: ["consumer", "rm", "sessions.revoke", "sts-revocation", "idle"],
            done: "more@0-0 resource-revocation@0-0 sts-revocation@0-0; "
        ),
        GroupWrite(
            words: ["consumer", "prune", "sessions.revoke", "sts-revocation", "--idle", "0s"],
            done: "more@0-0 resource-revocation@0-0 sts-revocation@0-0; "
        ),
    ]

    /// Makes what the changes are about, on a server that has the table's streams.
    static let preparation = [
        "XADD \(stream) 1-0 a b", "XADD \(stream) 2-0 a b", "XADD \(stream) 3-0 a b", "XGROUP CREATE \(stream) more 0",
        "XGROUP CREATECONSUMER \(stream) sts-revocation idle",
    ]

    /// The groups of the stream, each with where it stands, and the consumers of one of them.
    static func state(_ send: (String) throws -> Reply) throws -> String {
        let text = { (value: ReplyValue?) in String(decoding: value?.text ?? [], as: UTF8.self) }
        let groups = try send("XINFO GROUPS \(stream)").root.elements.map {
            "\(text($0[field: "name"]))@\(text($0[field: "last-delivered-id"]))"
        }
        let consumers = try send("XINFO CONSUMERS \(stream) sts-revocation").root.elements.map {
            text($0[field: "name"])
        }
        return "\(groups.sorted().joined(separator: " ")); \(consumers.sorted().joined(separator: " "))"
    }
}
