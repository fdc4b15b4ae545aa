import RESP

extension Command {
    /// As ACL rules name it: `xadd`, `xinfo|stream`.
    package var ruleName: String {
        let isContainer = Self.containers.contains(name)
        let subcommand = isContainer ? arguments.first.map { String(decoding: $0, as: UTF8.self).lowercased() } : nil
        return ([name.lowercased()] + [subcommand].compactMap { $0 }).joined(separator: "|")
    }

    /// Commands whose first argument is a command of its own.
    private static let containers: Set<String> = [
        "ACL", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "MEMORY", "SENTINEL", "XGROUP", "XINFO",
    ]
}
