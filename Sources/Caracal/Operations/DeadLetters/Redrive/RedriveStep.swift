import RESP
import Redis

/// One message on its way back: added to its stream and removed from the dead letters in one step on the server, when its
/// dead letter still is what it was.
///
/// Where a message has very many dead letters, steps that remove further ones come before: none of them holds the server up, and
/// what is left at any moment is a dead letter of the message or the message in its stream, never both.
struct RedriveStep {
    /// Which message, from where to where.
    struct Place {
        /// The stream of dead letters.
        let stream: [UInt8]
        /// The dead letter that the message is read from.
        let letter: RedrivePlan.Letter
        /// The stream it goes back to.
        let destination: [UInt8]
    }

    /// The stream of dead letters.
    let stream: [UInt8]
    /// The dead letter that the message is read from.
    let id: EntryID
    /// Further dead letters of the message, which this step removes.
    let duplicates: [EntryID]
    /// The stream it goes back to.
    let destination: [UInt8]
    /// By which the message is recognised there; nil for a step that moves nothing yet.
    let digest: FieldsDigest?
    /// The command.
    let command: Command
    /// What a master answered to it that was replaced since; nil where none did.
    var before: Answer?

    /// Whether it moves the message.
    var moves: Bool { digest != nil }

    /// How many further dead letters one step removes, and how many bytes of them: the server reads them all.
    private static let batch = (letters: 250, bytes: 1 << 20)

    /// A step that moves the message of these fields.
    init(
        moving fields: [FieldRange],
        in bytes: [UInt8],
        with duplicates: ArraySlice<RedrivePlan.Letter>,
        _ place: Place
    ) {
        var arguments = Self.arguments(place, duplicates)
        for field in fields {
            arguments.append(Array(bytes[field.name]))
            arguments.append(Array(bytes[field.value]))
        }
        self.init(place, duplicates, FieldsDigest(fields, in: bytes), Self.moving, arguments)
    }

    /// A step that removes further dead letters of a message as long as its first one is there.
    init(clearing duplicates: ArraySlice<RedrivePlan.Letter>, _ place: Place) {
        self.init(place, duplicates, nil, Self.clearing, Self.arguments(place, duplicates))
    }

    private init(
        _ place: Place,
        _ duplicates: ArraySlice<RedrivePlan.Letter>,
        _ digest: FieldsDigest?,
        _ script: String,
        _ arguments: [[UInt8]]
    ) {
        stream = place.stream
        id = place.letter.id
        self.duplicates = duplicates.map(\.id)
        destination = place.destination
        self.digest = digest
        command = Eval(script, keys: [stream, destination], arguments: arguments).command
    }

    private static func arguments(_ place: Place, _ duplicates: ArraySlice<RedrivePlan.Letter>) -> [[UInt8]] {
        let letters = [place.letter] + duplicates
        return [Array(String(letters.count).utf8)]
            + letters.flatMap { [Array($0.id.description.utf8), $0.fingerprint.text] }
    }

    /// Cuts the further dead letters of a message into what one step removes.
    static func batches(of letters: [RedrivePlan.Letter]) -> [ArraySlice<RedrivePlan.Letter>] {
        var batches: [ArraySlice<RedrivePlan.Letter>] = []
        var (start, bytes) = (0, 0)
        for (place, letter) in letters.enumerated() {
            if place - start >= batch.letters || place > start && bytes + Int(letter.size) > batch.bytes {
                batches.append(letters[start..<place])
                (start, bytes) = (place, 0)
            }
            bytes += Int(letter.size)
        }
        if start < letters.count { batches.append(letters[start...]) }
        return batches
    }

    /// Proves, before the first step on a connection, the right to remove dead letters: no entry has the id 0-0.
    static func proof(for stream: [UInt8]) -> XDel { XDel(key: stream, ids: [.zero]) }

    /// What a step comes to.
    struct Answer: Equatable {
        /// What became of the message; nil where further dead letters of it were removed, and it is still to be moved.
        var outcome: RedriveOutcome?
        /// What became of the further dead letters; empty where they were not looked at.
        var duplicates: [Purge.Outcome] = []
    }

    /// What it comes to, by the script's reply; nil for a reply that the script does not give.
    func answer(of reply: ReplyValue) -> Answer? {
        if let error = reply.error { return Answer(outcome: .refused(Refusal(error).insideScript)) }
        guard let text = reply[0]?.text else { return nil }
        if text.elementsEqual("GONE".utf8) { return Answer(outcome: .gone) }
        if text.elementsEqual("CHANGED".utf8) { return Answer(outcome: .changed) }
        if text.elementsEqual("NOSTREAM".utf8) { return Answer(outcome: .noStream) }
        if text.elementsEqual("OTHERTYPE".utf8) { return Answer(outcome: .otherType) }
        let others = reply.elements.dropFirst().compactMap { $0.integer.flatMap(Purge.Outcome.init) }
        guard others.count == duplicates.count, !others.contains(.unclear) else { return nil }
        guard moves else { return text.elementsEqual("CLEARED".utf8) ? Answer(duplicates: others) : nil }
        return EntryID(text).map { Answer(outcome: .moved($0), duplicates: others) }
    }

    /// Leaves `states`, those of the further dead letters: 0 gone, 1 there, 2 another one by now.
    private static let start =
        EntryFingerprint.script + "\n" + """
            local last = 2 * tonumber(ARGV[1])
            local first = state(KEYS[1], ARGV[2], ARGV[3])
            if first == 0 then return {'GONE'} end
            if first == 2 then return {'CHANGED'} end
            local states = {}
            for i = 4, last, 2 do states[#states + 1] = state(KEYS[1], ARGV[i], ARGV[i + 1]) end
            local function clear()
            for i, found in ipairs(states) do
            if found == 1 then redis.call('XDEL', KEYS[1], ARGV[2 * i + 2]) end
            end
            end

            """

    /// Adds first: when that fails the script ends, and the dead letters are where they were. Lua rolls nothing back, so all
    /// that could make XDEL fail after XADD has to show before it: the right to it. (Redis 6 cannot say that inside a
    /// script, see `proof`. Trying XDEL out in the script will not do: once it has written, a full server lets XADD pass.)
    private static let moving =
        start + """
            if redis.acl_check_cmd and not redis.acl_check_cmd('XDEL', KEYS[1], ARGV[2]) then
            return redis.error_reply("NOPERM this user has no permissions to run the 'xdel' command") end
            local id = redis.pcall('XADD', KEYS[2], 'NOMKSTREAM', '*', unpack(ARGV, last + 2))
            if not id then return {'NOSTREAM'} end
            if type(id) == 'table' then
            if string.find(id.err, 'WRONGTYPE', 1, true) then return {'OTHERTYPE'} end
            id = redis.call('XADD', KEYS[2], 'NOMKSTREAM', '*', unpack(ARGV, last + 2)) end
            clear()
            redis.call('XDEL', KEYS[1], ARGV[2])
            return {id, unpack(states)}
            """

    /// Nothing goes where the message cannot go back. (XINFO STREAM would copy the first and the last entry, however large.)
    private static let clearing =
        start + """
            local kind = redis.call('TYPE', KEYS[2]).ok
            if kind == 'none' then return {'NOSTREAM'} end
            if kind ~= 'stream' then return {'OTHERTYPE'} end
            clear()
            return {'CLEARED', unpack(states)}
            """
}

/// What became of a message.
package enum RedriveOutcome: Sendable, Equatable {
    /// It is in its stream again, under this id, and no dead letter any more.
    case moved(EntryID)
    /// The same, and an answer was lost: this run moved it, or someone else did.
    case movedUnclear(EntryID)
    /// Its dead letter had gone before we came: moved or purged by someone else.
    case gone
    /// Another dead letter is under its id by now, and was left alone.
    case changed
    /// The stream it belongs to does not exist; the dead letter is where it was.
    case noStream
    /// What lies under its key is no stream; the dead letter is where it was.
    case otherType
    /// The server would not do it; the dead letter is where it was.
    case refused(Refusal)
}

/// What is told of a redrive while it goes on.
package enum RedriveReceipt: Sendable, Equatable {
    /// What became of the message of a dead letter.
    case message(RedriveOutcome)
    /// What became of a further dead letter of the message whose dead letter has this id.
    case duplicate(of: EntryID, Purge.Outcome)
}
