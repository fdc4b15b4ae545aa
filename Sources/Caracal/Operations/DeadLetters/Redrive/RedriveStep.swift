import RESP
import Redis

/// One message on its way back: added to its stream and removed from the dead letters in one step on the server, when its
/// dead letter still is what it was.
struct RedriveStep {
    /// The stream of dead letters.
    let stream: [UInt8]
    /// The message's dead letters: the one it was read from, then the others.
    let ids: [EntryID]
    /// The stream it goes back to.
    let destination: [UInt8]
    /// By which the message is recognised there.
    let digest: FieldsDigest
    /// The command.
    let command: Command

    /// - Parameter letters: the message's dead letters, the one it was read from first.
    init(
        stream: [UInt8],
        letters: [RedrivePlan.Letter],
        destination: [UInt8],
        fields: [FieldRange],
        in bytes: [UInt8]
    ) {
        self.stream = stream
        ids = letters.map(\.id)
        self.destination = destination
        digest = FieldsDigest(fields, in: bytes)
        var arguments = [Array(String(ids.count).utf8)]
        for letter in letters { arguments += [Array(letter.id.description.utf8), letter.fingerprint.text] }
        for field in fields {
            arguments.append(Array(bytes[field.name]))
            arguments.append(Array(bytes[field.value]))
        }
        command = Eval(Self.script, keys: [stream, destination], arguments: arguments).command
    }

    /// Proves, before the first step on a connection, the right to remove dead letters: no entry has the id 0-0.
    static func proof(for stream: [UInt8]) -> XDel { XDel(key: stream, ids: [.zero]) }

    /// What it comes to, by the script's reply.
    static func outcome(of reply: ReplyValue) -> RedriveOutcome? {
        if let error = reply.error { return .refused(Refusal(error).insideScript) }
        guard let text = reply.text else { return nil }
        if let id = EntryID(text) { return .moved(id) }
        if text.elementsEqual("GONE".utf8) { return .gone }
        if text.elementsEqual("CHANGED".utf8) { return .changed }
        return text.elementsEqual("NOSTREAM".utf8) ? .noStream : nil
    }

    /// Adds first: when that fails the script ends, and the dead letter is where it was. Lua rolls nothing back, so all
    /// that could make XDEL fail after XADD has to show before it: the right to it. (Redis 6 cannot say that inside a
    /// script, see `proof`. Trying XDEL out in the script will not do: once it has written, a full server lets XADD pass.)
    static let script =
        EntryFingerprint.script + "\n" + """
            local last = 2 * tonumber(ARGV[1])
            local first = state(KEYS[1], ARGV[2], ARGV[3])
            if first == 0 then return 'GONE' end
            if first == 2 then return 'CHANGED' end
            local dead = {}
            for i = 2, last, 2 do
            if state(KEYS[1], ARGV[i], ARGV[i + 1]) == 1 then dead[#dead + 1] = ARGV[i] end
            end
            if redis.acl_check_cmd and not redis.acl_check_cmd('XDEL', KEYS[1], ARGV[2]) then
            return redis.error_reply("NOPERM this user has no permissions to run the 'xdel' command") end
            local id = redis.call('XADD', KEYS[2], 'NOMKSTREAM', '*', unpack(ARGV, last + 2))
            if not id then return 'NOSTREAM' end
            for i, letter in ipairs(dead) do redis.call('XDEL', KEYS[1], letter) end
            return id
            """
}

/// What became of a message.
package enum RedriveOutcome: Sendable, Equatable {
    /// It is in its stream again, under this id, and no dead letter any more.
    case moved(EntryID)
    /// Its dead letter had gone before we came: moved or purged by someone else.
    case gone
    /// Another dead letter is under its id by now, and was left alone.
    case changed
    /// The stream it belongs to does not exist; the dead letter is where it was.
    case noStream
    /// The server would not do it; the dead letter is where it was.
    case refused(Refusal)
}
