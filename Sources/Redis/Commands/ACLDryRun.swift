import RESP

/// `ACL DRYRUN user command …`: whether a user may run a command, without running it. From Redis 7 on.
package struct ACLDryRun: Request {
    /// The user.
    package let user: [UInt8]
    /// The command, with as many arguments as it takes at least.
    package let words: [String]

    /// Asks about one command.
    package init(user: [UInt8], words: [String]) {
        self.user = user
        self.words = words
    }

    package var command: Command {
        Command("ACL", arguments: [Array("DRYRUN".utf8), user] + words.map { Array($0.utf8) }).reading()
    }

    /// `OK`, or why not, in words.
    package func read(_ reply: ReplyValue) -> Bool? {
        reply.text.map { $0.elementsEqual("OK".utf8) }
    }
}
