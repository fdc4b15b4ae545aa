import RESP

/// `XGROUP CREATE key group start MKSTREAM`: a consumer group, and its stream where there is none.
package struct XGroupCreate: Request {
    /// The stream's key.
    package let key: [UInt8]
    /// The group's name.
    package let group: [UInt8]
    /// Where it starts: `0` for all that the stream holds, `$` for what comes from now on.
    package let start: String

    /// Describes the group to create.
    package init(key: [UInt8], group: [UInt8], start: String) {
        self.key = key
        self.group = group
        self.start = start
    }

    package var command: Command {
        Command("XGROUP", arguments: [Array("CREATE".utf8), key, group, Array(start.utf8), Array("MKSTREAM".utf8)])
            .writing(key: 1)
    }

    package func read(_ reply: ReplyValue) -> Bool? {
        reply.text?.elementsEqual("OK".utf8) == true ? true : nil
    }
}
