import RESP

/// Asks one Sentinel where the master is.
struct SentinelQuestion {
    let masterName: String
    let deadline: Deadline

    /// What Sentinels answer is short: one that sends more is no Sentinel.
    private static let limits = ReplyLimits(nodes: 100_000, bulk: 65_536, reply: 4_194_304)

    /// The master's address. Only a request to stop is thrown.
    func ask(_ sentinel: Endpoint) throws(RedisError) -> Result<Endpoint.Address, MasterNotFound.Attempt> {
        try ask(sentinel, whetherItStays: nil).map { $0.master }
    }

    /// The master's address and, where it is the one that is asked about, whether a failover is in progress: then it will not
    /// be for long. nil where it may not be asked that. Only a request to stop is thrown.
    func ask(
        _ sentinel: Endpoint,
        whetherItStays former: Endpoint.Address?
    ) throws(RedisError) -> Result<(master: Endpoint.Address, isFailingOver: Bool?), MasterNotFound.Attempt> {
        let outcome: MasterNotFound.Outcome
        do {
            let connection = try Connection.open(
                sentinel,
                timeouts: Timeouts(connect: deadline.allowance, command: deadline.allowance),
                until: deadline,
                limits: Self.limits
            )
            defer { connection.close() }
            if let address = try address(from: connection) {
                return .success((address, address == former ? try isFailingOver(by: connection) : false))
            }
            outcome = .unknownMaster(known: try knownMasters(to: connection))
        } catch {
            if error.signal != nil { throw error }
            outcome = .noAnswer(error)
        }
        return .failure(MasterNotFound.Attempt(sentinel: sentinel.description, outcome: outcome))
    }

    private func address(from connection: Connection) throws(RedisError) -> Endpoint.Address? {
        try answer(connection, SentinelMasterAddress(name: masterName)).get(on: connection)
    }

    private func isFailingOver(by connection: Connection) throws(RedisError) -> Bool? {
        try answer(connection, SentinelFailover(name: masterName)).value
    }

    private func knownMasters(to connection: Connection) throws(RedisError) -> [[UInt8]]? {
        try answer(connection, SentinelMasters()).value
    }

    private func answer<R: Request>(
        _ connection: Connection,
        _ request: R
    ) throws(RedisError) -> Result<R.Response, Refusal> {
        try connection.read(connection.pipeline([request.command], until: deadline)[0], of: request)
    }
}

/// `SENTINEL GET-MASTER-ADDR-BY-NAME name`: where the master is, as far as this Sentinel knows; nil for a name it does not
/// know.
struct SentinelMasterAddress: Request {
    let name: String

    var command: Command {
        Command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name).reading()
    }

    /// Host and port, both as text.
    func read(_ reply: ReplyValue) -> Endpoint.Address?? {
        if reply.kind == .null { return .some(nil) }
        guard reply.kind == .array, reply.count == 2, let host = reply[0]?.text,
            let port = reply[1]?.text.flatMap({ PlainNumber.unsigned($0) }),
            let address = Endpoint.Address(announced: host, port: port)
        else { return nil }
        return address
    }
}

/// `SENTINEL MASTERS`: the names of all masters that a Sentinel watches over.
struct SentinelMasters: Request {
    var command: Command {
        Command("SENTINEL", "MASTERS").reading()
    }

    /// A map for each master in RESP3, a flat list in RESP2; the name is one of its fields.
    func read(_ reply: ReplyValue) -> [[UInt8]]? {
        guard reply.kind == .array else { return nil }
        var names: [[UInt8]] = []
        for master in reply.elements {
            guard let name = master[field: "name"]?.text else { return nil }
            names.append(Array(name))
        }
        return names
    }
}

/// `SENTINEL MASTER name`: whether a Sentinel leads a failover of a master.
///
/// Until it has seen the promotion it goes on naming the former master, which goes on taking writes.
struct SentinelFailover: Request {
    let name: String

    var command: Command {
        Command("SENTINEL", "MASTER", name).reading()
    }

    /// A map in RESP3, a flat list in RESP2; the flags are words with commas between them.
    func read(_ reply: ReplyValue) -> Bool? {
        guard let flags = reply[field: "flags"]?.text else { return nil }
        return flags.split(separator: UInt8(ascii: ",")).contains { $0.elementsEqual("failover_in_progress".utf8) }
    }
}
