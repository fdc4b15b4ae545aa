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

    @Test func theCommandHoldsScriptKeysAndArguments() {
        let eval = Eval("return 1", keys: [Array("k".utf8)], arguments: [Array("a".utf8), []])
        #expect(eval.command.description == #"EVAL "return 1" 1 k a """#)
    }
}
