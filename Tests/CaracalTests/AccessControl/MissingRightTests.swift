import Redis
import Testing

@testable import Caracal
import Text

@Suite struct MissingRightTests {
    @Test(arguments: [(["xinfo|stream"], "observer"), (["xadd"], "operator"), (["xgroup|create"], "operator")])
    func theFirstRoleThatHasTheRightIsNamed(commands: [String], role: String) {
        let right = MissingRight(user: "ops", commands: commands)
        #expect(right.text.text.hasSuffix("; caracalctl provision --emit-acl \(role))"))
    }

    /// Redis 6 does not tell which command of a script was refused.
    @Test func aRoleThatHasOnlySomeOfTheRightsIsNoHelp() {
        let right = MissingRight(user: "ops", commands: ["xrange", "xadd", "xdel"])
        #expect(
            right.text.text == "the user \"ops\" may not run XRANGE, XADD, XDEL "
                + "(ACL SETUSER ops +xrange +xadd +xdel; caracalctl provision --emit-acl operator)"
        )
    }
}
