import RESP
import Testing

@testable import Redis

/// What servers say when a command inside a script is refused.
@Suite struct ScriptRefusalTests {
    @Test(arguments: [
        (
            "ERR Error running script (call to f_0a): @user_script:3: @user_script: 3: -OOM command not allowed when used memory > 'maxmemory'.",
            RefusalKind.outOfMemory, "OOM command not allowed when used memory > 'maxmemory'."
        ),
        (
            "OOM command not allowed when used memory > 'maxmemory'. script: 0a, on @user_script:4.", .outOfMemory,
            "OOM command not allowed when used memory > 'maxmemory'. script: 0a, on @user_script:4."
        ),
        (
            "ERR ACL failure in script: User op has no permissions to run the 'xadd' command script: 0a.",
            .noPermission,
            "ERR ACL failure in script: User op has no permissions to run the 'xadd' command script: 0a."
        ),
        (
            "ERR Error running script (call to f_0a): @user_script:3: @user_script: 3: The user executing the script can't run this command or subcommand",
            .noPermission,
            "ERR Error running script (call to f_0a): @user_script:3: @user_script: 3: The user executing the script can't run this command or subcommand"
        ),
        ("ERR something else", .other, "ERR something else"),
    ])
    func areThoseOfTheCommand(text: String, kind: RefusalKind, message: String) {
        let refusal = Refusal(ErrorReply(message: Array(text.utf8))).insideScript
        #expect(refusal.kind == kind)
        #expect(String(decoding: refusal.message, as: UTF8.self) == message)
    }

    private static let script = """
        local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
        if info.err then return info end
        for _, line in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
          redis.call('XADD', KEYS[2], 'NOMKSTREAM', '*', unpack(line[2]))
        end
        return #redis.call('XGROUP', unpack(ARGV))
        """

    private static let cannotRun = "The user executing the script can't run this command or subcommand"
    private static let cannotAccess =
        "The user executing the script can't access at least one of the keys mentioned in the command arguments"

    /// Redis before 7.2 tells the line, and not even that of a command whose refusal the script caught.
    static let lines: [(message: String, commands: [String], key: String)] = [
        ("ERR \(cannotRun) script: 0a, on @user_script:3.", ["xrange"], "one"),
        ("ERR \(cannotRun) script: 0a, on @user_script:4.", ["xadd"], "two"),
        (
            "ERR Error running script (call to f_0a): @user_script:4: @user_script: 4: \(cannotRun)",
            ["xadd"], "two"
        ),
        ("ERR \(cannotRun) script: 0a, on @user_script:6.", ["xgroup|create"], "one"),
        ("@user_script: 1: \(cannotRun)", ["xinfo|stream"], "one"), ("ERR \(cannotRun)", ["xinfo|stream"], "one"),
        ("ERR \(cannotAccess) script: 0a, on @user_script:4.", ["xadd"], "two"),
        ("ERR ACL failure in script: No permissions to access a key script: 0a, on @user_script:4.", ["xadd"], "two"),
        (
            "ERR ACL failure in script: User op has no permissions to run the 'xrange' command script: 0a, on @user_script:3.",
            ["xrange"], "one"
        ),
        // No line of it, and one without a command: it is one of those that nothing proved.
        ("ERR \(cannotRun) script: 0a, on @user_script:70.", ["xrange", "xadd", "xgroup|create"], "one"),
        ("ERR \(cannotRun) script: 0a, on @user_script:5.", ["xrange", "xadd", "xgroup|create"], "one"),
        ("ERR \(cannotRun) script: 0a, on @user_script:99999999999999999999.", ["xinfo|stream"], "one"),
    ]

    @Test(arguments: lines)
    func theCommandOfTheLineIsTheOneThatLacksItsRight(message: String, commands: [String], key: String) {
        let command = Eval(Self.script, keys: [Array("one".utf8), Array("two".utf8)], arguments: []).command
        let right = Refusal(ErrorReply(message: Array(message.utf8))).insideScript
            .answering(
                command,
                of: Endpoint(address: .unix(path: "")),
                inside: ["xrange", "xadd", "xgroup|create"]
            ).missingRight
        let kind: MissingRight.Kind = message.contains("access") ? .key : .command
        #expect(right == MissingRight(user: "default", commands: commands, key: Array(key.utf8), kind: kind))
    }

    @Test func theCommandHoldsScriptKeysAndArguments() {
        let eval = Eval("return 1", keys: [Array("k".utf8)], arguments: [Array("a".utf8), []])
        #expect(eval.command.description == #"EVAL "return 1" 1 k a """#)
    }
}
