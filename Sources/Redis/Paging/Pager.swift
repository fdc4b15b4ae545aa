import RESP

/// Asks for one page of a key before it is needed, so that the server works in between; and asks again, where
/// the channel knows a way, when the key has moved or its server is gone. For commands that only look.
struct Pager: ~Copyable {
    private let channel: any CommandChannel
    private let key: [UInt8]
    /// What was asked for.
    private var commands: [Command] = []
    /// Where it was asked for; nil when it could not be sent.
    private var connection: Connection?

    init(_ channel: any CommandChannel, key: [UInt8]) {
        self.channel = channel
        self.key = key
    }

    /// Sends the commands for a page. Nothing may be on its way.
    mutating func ask(_ commands: [Command]) throws(RedisError) {
        self.commands = commands
        connection = nil
        do {
            let connection = try channel.connection(for: key)
            try connection.send(commands, until: deadline)
            self.connection = connection
        } catch {
            guard channel.recovers(from: error) else { throw error }
        }
    }

    /// Waits for a page that is one reply, into storage that is used again.
    mutating func receive(into page: inout Reply) throws(RedisError) {
        if try arrives(into: &page) { return }
        page = try channel.pipeline(commands)[0]
    }

    /// Waits for a page that is several replies.
    mutating func receive() throws(RedisError) -> [Reply] {
        var replies: [Reply] = []
        var isWhole = true
        // All of them, wanted or not: the connection is used for something else afterwards.
        for _ in commands {
            var reply = Reply()
            isWhole = try arrives(into: &reply) && isWhole
            replies.append(reply)
        }
        return isWhole ? replies : try channel.pipeline(commands)
    }

    /// Takes in a page that nobody wants any more.
    mutating func finish(into page: inout Reply) throws(RedisError) {
        _ = try arrives(into: &page)
    }

    /// Waits for one reply; false when it has to be asked for again.
    private mutating func arrives(into reply: inout Reply) throws(RedisError) -> Bool {
        guard let connection else { return false }
        do {
            try connection.receive(into: &reply, until: deadline)
        } catch {
            guard channel.recovers(from: error) else { throw error }
            self.connection = nil
            return false
        }
        guard let error = reply.root.error else { return true }
        return !channel.recovers(from: channel.failure(.refused(Refusal(error)), .awaiting))
    }

    private var deadline: Deadline { .after(channel.timeouts.command) }
}
