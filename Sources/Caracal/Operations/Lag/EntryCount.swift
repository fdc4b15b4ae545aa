import RESP
import Redis

/// Counts the entries of a stream between two ids.
///
/// The server has no command for it. A script counts pages of XRANGE where the entries are, 2,000 a call, so that no call holds the
/// server up for more than some milliseconds and no entry is sent. For a user who may not run scripts the entries themselves are
/// read, page by page.
struct EntryCount: Sendable, Equatable {
    /// The stream's key.
    let key: [UInt8]
    /// The first id that counts.
    let first: EntryID
    /// The last id that counts.
    let last: EntryID
    /// How many entries one XRANGE inside the script and one call may have, by the size of the stream's entries.
    private let sizes: (page: Int, call: Int)

    /// What one call of the script came to.
    enum Step: Equatable {
        /// There are no more than these.
        case all(UInt64)
        /// This many up to this id; there may be more behind it.
        case part(UInt64, next: EntryID)
    }

    /// How many entries one call counts at most where nothing else is said.
    static let callLimit = 2_000
    private static let pageLimit = 100
    /// How many bytes of entries the server may copy for one XRANGE, and for one call.
    private static let byteTargets = (page: 1 << 20, call: 1 << 23)

    /// - Parameter limit: how many entries one call counts at most.
    init(key: [UInt8], first: EntryID, last: EntryID = .maximum, of stream: StreamInfo?, limit: Int = callLimit) {
        self.key = key
        self.first = first
        self.last = last
        let bytes = max(1, stream?.endBytes ?? 1)
        sizes = (
            max(1, min(Self.pageLimit, Self.byteTargets.page / bytes)),
            max(1, min(limit, Self.byteTargets.call / bytes))
        )
    }

    static func == (left: EntryCount, right: EntryCount) -> Bool {
        left.key == right.key && left.first == right.first && left.last == right.last
    }

    private static let script = """
        local from, left, page, n = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4]), 0
        while n < left do
          local want = math.min(page, left - n)
          local got = redis.call('XRANGE', KEYS[1], from, ARGV[2], 'COUNT', want)
          n = n + #got
          if #got < want or got[want][1] == ARGV[2] then return {n} end
          from = '(' .. got[want][1]
        end
        return {n, string.sub(from, 2)}
        """

    /// One call, for the entries from `first` on.
    func call(_ name: ReadScript.Name) -> Command {
        let arguments = ["\(first)", "\(last)", "\(sizes.call)", "\(sizes.page)"].map { Array($0.utf8) }
        return ReadScript(Self.script, key: key, arguments: arguments).command(name)
    }

    /// Reads the reply to `call`; nil for anything but what the script returns.
    func step(_ reply: ReplyValue) -> Step? {
        guard reply.kind == .array, let count = reply[0]?.unsigned, count <= UInt64(sizes.call) else { return nil }
        guard let text = reply[1] else { return .all(count) }
        guard count > 0, let seen = text.text.flatMap({ EntryID($0) }), seen >= first, seen < last, let next = seen.next
        else {
            return nil
        }
        return .part(count, next: next)
    }

    /// Counts on behind what was counted, until the end, `limit` or the deadline.
    ///
    /// - Parameter counted: how many there are ahead of `first`.
    func run(
        on channel: any CommandChannel,
        counted: UInt64 = 0,
        limit: UInt64,
        until deadline: Deadline
    ) throws(RedisError) -> Result<Quantity, Refusal> {
        var (count, rest) = (counted, self)
        var name = ReadScript.Name(for: channel.server)
        while count < limit, !deadline.hasPassed {
            let reply = try channel.pipeline([rest.call(name)])[0]
            if let error = reply.root.error {
                if Refusal(error).isUnknownCommand, name == .readOnly {
                    name = .any
                    continue
                }
                return try rest.read(on: channel, counted: count, limit: limit, until: deadline)
            }
            switch rest.step(reply.root) {
            case .all(let more): return .success(.exact(count.saturatingAdd(more)))
            case .part(let more, let next):
                count = count.saturatingAdd(more)
                rest = rest.from(next)
            case nil:
                throw channel.failure(.unexpected("the reply to a script does not have its shape"), .awaiting)
            }
        }
        return .success(.atLeast(count))
    }

    /// The same count from a later id on.
    func from(_ next: EntryID) -> EntryCount {
        EntryCount(self, first: next)
    }

    private init(_ other: EntryCount, first: EntryID) {
        (key, last, sizes) = (other.key, other.last, other.sizes)
        self.first = first
    }

    /// Counts by reading the entries.
    private func read(
        on channel: any CommandChannel,
        counted: UInt64,
        limit: UInt64,
        until deadline: Deadline
    ) throws(RedisError) -> Result<Quantity, Refusal> {
        var pages = EntryPages(channel, key: key, first: first, last: last)
        var count = counted
        let limit = min(limit, counted.saturatingAdd(Self.readLimit))
        while count < limit, !deadline.hasPassed {
            switch try pages.next() {
            case .failure(let refusal): return .failure(refusal)
            case .success(nil): return .success(.exact(count))
            case .success(let page?): count += UInt64(page.count)
            }
        }
        try pages.finish()
        return .success(.atLeast(count))
    }

    /// How many entries are read at most where no script may count them.
    private static let readLimit: UInt64 = 10_000
}
