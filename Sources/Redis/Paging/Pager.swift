import RESP

/// Asks for pages of a key before they are needed, so that the server works in between; and asks again, where the channel
/// knows a way, when the key has moved or its server is gone. For commands that only look.
///
/// Several questions may be on their way: their replies come in the order of asking.
struct Pager: ~Copyable {
    private let channel: any CommandChannel
    private let key: [UInt8]
    /// What was asked for and is not received yet, oldest first.
    private var commands: [Command] = []
    /// The replies to the first of them, where these were taken in before they were wanted.
    private var arrived: [Reply] = []
    /// Where the others were asked for; nil when they could not be sent, or will not come.
    private var connection: Connection?

    init(_ channel: any CommandChannel, key: [UInt8]) {
        self.channel = channel
        self.key = key
    }

    /// Sends commands behind those that are on their way.
    mutating func ask(_ commands: [Command]) throws(RedisError) {
        guard !commands.isEmpty else { return }
        let isFirst = self.commands.count == arrived.count
        self.commands += commands
        guard isFirst || connection != nil else { return }
        do {
            let connection = try isFirst ? channel.connection(for: key) : connection
            try connection?.send(commands, until: deadline)
            self.connection = connection
        } catch {
            connection = nil
            guard channel.recovers(from: error) else { throw error }
        }
    }

    /// Waits for the next reply, into storage that is used again.
    mutating func receive(into reply: inout Reply) throws(RedisError) {
        if arrived.isEmpty, !(try arrives(into: &reply)) { try askAgain() }
        if !arrived.isEmpty { reply = arrived.removeFirst() }
        commands.removeFirst()
    }

    /// Waits for the next replies.
    mutating func receive(_ count: Int) throws(RedisError) -> [Reply] {
        var replies: [Reply] = []
        for _ in 0..<count {
            var reply = Reply()
            try receive(into: &reply)
            replies.append(reply)
        }
        return replies
    }

    /// Takes in all that is on its way, so that the connection can be used for something else. What was taken in is received
    /// later.
    mutating func settle() throws(RedisError) {
        while arrived.count < commands.count {
            var reply = Reply()
            guard try arrives(into: &reply) else { return try askAgain() }
            arrived.append(reply)
        }
    }

    /// Ends it: takes in what is on its way, which nobody wants any more.
    mutating func finish() throws(RedisError) {
        for _ in arrived.count..<commands.count {
            var reply = Reply()
            _ = try arrives(into: &reply)
        }
        commands = []
        arrived = []
    }

    /// Asks again for all that has not arrived. What is still on its way goes first: its connection may be used again.
    private mutating func askAgain() throws(RedisError) {
        let missing = commands[arrived.count...]
        for _ in missing.dropFirst() {
            var reply = Reply()
            _ = try arrives(into: &reply)
        }
        connection = nil
        arrived += try channel.pipeline(Array(missing))
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
