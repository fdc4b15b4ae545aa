import RESP

/// `ACL WHOAMI`: the name of the user we are.
package struct ACLWhoAmI: Request {
    /// Asks for it.
    package init() {}

    package var command: Command {
        Command("ACL", "WHOAMI").reading()
    }

    package func read(_ reply: ReplyValue) -> [UInt8]? {
        reply.text.map { Array($0) }
    }
}
