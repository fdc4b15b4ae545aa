/// A command line for each right, for ACL DRYRUN: it wants as many arguments as the command takes at least.
enum RightSample {
    /// The words of the command that ACL rules name `command`, on a stream of the bus.
    static func words(for command: String) -> [String] {
        command.split(separator: "|").map(String.init) + (arguments[command] ?? [])
    }

    private static let key = StreamTable.auditEvents

    /// Those that need more than their name.
    static let arguments: [String: [String]] = [
        "type": [key], "xinfo|stream": [key], "xinfo|groups": [key], "xinfo|consumers": [key, "g"], "scan": ["0"],
        "client|setname": ["n"], "client|setinfo": ["lib-name", "n"], "xrange": [key, "-", "+"],
        "xrevrange": [key, "+", "-"], "xread": ["STREAMS", key, "$"], "xpending": [key, "g"], "config|get": ["timeout"],
        "memory|usage": [key], "select": ["1"], "xadd": [key, "*", "f", "v"], "xclaim": [key, "g", "c", "0", "0-1"],
        "xlen": [key], "wait": ["1", "1"],
        "xack": [key, "g", "0-1"], "xtrim": [key, "MAXLEN", "1"], "xdel": [key, "0-1"], "eval": ["return 1", "1", key],
        "eval_ro": ["return 1", "1", key],
        "client|kill": ["ID", "1"], "waitaof": ["1", "0", "0"], "xgroup|create": [key, "g", "0"],
    ]
}
