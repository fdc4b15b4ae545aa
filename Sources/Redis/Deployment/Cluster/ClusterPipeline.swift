import RESP

/// One pipeline over a cluster. Each round sends every open command to the server that should have its key, to all servers
/// before any reply is waited for; what has not been carried out stays open for the next round.
struct ClusterPipeline {
    private let commands: [Command]
    private let cluster: Cluster
    private let deadline: Deadline
    /// Whether servers that stay lost leave gaps in place of an error.
    private let isPatchy: Bool
    private var replies: [Reply?]
    /// The commands that are to be sent, by their places.
    private var open: [Int]
    /// The commands that change something and may have been carried out, by their places.
    private var doubtful: Set<Int> = []
    /// Where to send a command once, against the map.
    private var detours: [Int: Endpoint.Address] = [:]
    /// Why the last round left commands open; nil when their replies say it.
    private var failure: RedisError?
    /// A redirection that was not followed, as an error.
    private var stranger: RedisError?
    private var suspect: Endpoint.Address?
    /// What each server was lost to.
    private var causes: [Endpoint.Address: RedisError.Cause] = [:]
    private var needsMap = false
    private var needsRest = false

    init(_ commands: [Command], on cluster: Cluster, until deadline: Deadline, isPatchy: Bool = false) {
        self.commands = commands
        self.cluster = cluster
        self.deadline = deadline
        self.isPatchy = isPatchy
        replies = Array(repeating: nil, count: commands.count)
        open = Array(commands.indices)
    }

    /// The replies, in the order of the commands; a redirection or a refusal to serve only when it did not end in time.
    mutating func run() throws(RedisError) -> [Reply] {
        do {
            return try attempt()
        } catch {
            // One server may certainly have done nothing, and another one its part.
            throw doubtful.isEmpty ? error : error.leavingDoubt()
        }
    }

    private mutating func attempt() throws(RedisError) -> [Reply] {
        var retries = Retries(by: deadline)
        var rounds = 0
        if isPatchy { try patch(where: cluster.isLost) }
        while !(isPatchy && open.isEmpty) {
            try sendAndReceive()
            if open.isEmpty { break }
            rounds += 1
            let needsPause = needsRest || rounds > RetryLimit.hops
            if needsPause, try !retries.rest(on: cluster.endpoint.description) { break }
            if needsMap { try cluster.learn(without: suspect, until: deadline) }
            if Retries.isTooLate(for: deadline) { break }
        }
        if let failure {
            guard isPatchy, replies.contains(where: { $0 != nil }) else { throw failure }
            try patch { _ in true }
        }
        if let stranger { throw stranger }
        return replies.compactMap { $0 }
    }

    /// Puts a refusal where the reply of a server is due that stays lost. What needs no key is asked of another one.
    private mutating func patch(where isLost: (Endpoint.Address) -> Bool) throws(RedisError) {
        var rest: [Int] = []
        for place in open where replies[place] == nil {
            guard let key = commands[place].key else {
                rest.append(place)
                continue
            }
            let address = cluster.owner(of: KeySlot(key: key))
            guard isLost(address) else {
                rest.append(place)
                continue
            }
            cluster.lose(address, to: causes[address])
            let endpoint = cluster.connections.endpoint(at: address)
            replies[place] = Self.gap(endpoint, isNameless: cluster.isNameless(address))
        }
        open = rest
        guard !rest.isEmpty, rest.allSatisfy({ commands[$0].key == nil }), let other = cluster.connections.open.first
        else { return }
        let connection = try cluster.connections.connection(to: other, until: deadline)
        for (place, reply) in zip(rest, try connection.pipeline(rest.map { commands[$0] })) { replies[place] = reply }
        open = []
    }

    /// What a cluster says of a slot that nobody serves, about a server that does not answer.
    private static func gap(_ endpoint: Endpoint, isNameless: Bool) -> Reply {
        var parser = ReplyParser()
        let hint = isNameless ? ": the cluster announces this name, which cannot be resolved here" : ""
        parser.append(Array("-CLUSTERDOWN \(endpoint) cannot be reached\(hint)\r\n".utf8))
        return (try? parser.next()) ?? Reply()
    }

    private mutating func sendAndReceive() throws(RedisError) {
        let batches = batches()
        (open, failure, stranger, suspect, needsMap, needsRest) = ([], nil, nil, nil, false, false)
        var sent: [(batch: Batch, connection: Connection)] = []
        do throws(RedisError) {
            for batch in batches {
                guard let connection = try send(batch) else { continue }
                sent.append((batch, connection))
                doubtful.formUnion(batch.places.filter { !commands[$0].isRead })
            }
            while let (batch, connection) = sent.first {
                try receive(batch, from: connection)
                sent.removeFirst()
            }
        } catch {
            // Nobody reads what is still to come on these.
            for (_, connection) in sent { connection.close() }
            throw error
        }
        detours = detours.filter { open.contains($0.key) }
        open.sort()
    }
}

// MARK: - Sending

extension ClusterPipeline {
    /// What goes to one server.
    private struct Batch {
        let address: Endpoint.Address
        var places: [Int] = []
        /// The places before whose command ASKING goes.
        var detours: Set<Int> = []
    }

    /// The open commands, by server. A command without a key goes along with the one before it.
    private func batches() -> [Batch] {
        var batches: [Batch] = []
        var last = open.lazy.compactMap(owner).first ?? cluster.anybody
        for place in open {
            last = detours[place] ?? owner(of: place) ?? last
            let index = batches.firstIndex { $0.address == last } ?? batches.endIndex
            if index == batches.endIndex { batches.append(Batch(address: last)) }
            batches[index].places.append(place)
            if detours[place] != nil { batches[index].detours.insert(place) }
        }
        return batches
    }

    private func owner(of place: Int) -> Endpoint.Address? {
        commands[place].key.map { cluster.owner(of: KeySlot(key: $0)) }
    }

    /// Sends what goes to one server; nil when it certainly was not carried out, and may be sent again.
    private mutating func send(_ batch: Batch) throws(RedisError) -> Connection? {
        do throws(RedisError) {
            let connection = try cluster.connections.connection(to: batch.address, until: deadline)
            try connection.send(
                batch.places.flatMap {
                    batch.detours.contains($0) ? [Self.asking, commands[$0]] : [commands[$0]]
                },
                until: deadline
            )
            return connection
        } catch {
            try lose(batch.places[...], of: batch, to: error)
            return nil
        }
    }

    private static let asking = Command("ASKING")
}

// MARK: - Receiving

extension ClusterPipeline {
    private mutating func receive(_ batch: Batch, from connection: Connection) throws(RedisError) {
        for (index, place) in batch.places.enumerated() {
            do throws(RedisError) {
                let permission = batch.detours.contains(place) ? try connection.receive(until: deadline) : nil
                let reply = try connection.receive(until: deadline)
                try take(reply, at: place, from: connection, asking: permission)
            } catch {
                return try lose(batch.places[index...], of: batch, to: error)
            }
        }
    }

    /// Keeps a reply, or leaves its command open when it was not carried out and another round may help.
    ///
    /// - Parameter permission: the reply to ASKING, where that went before it.
    private mutating func take(
        _ reply: Reply,
        at place: Int,
        from connection: Connection,
        asking permission: Reply?
    ) throws(RedisError) {
        replies[place] = reply
        detours[place] = nil
        guard let refusal = reply.root.error.map(Refusal.init) else { return }
        doubtful.remove(place)
        guard refusal.isOfRouting || refusal.nextStep == .askAgain else { return }
        // A user who may not ask is sent to and fro until the slot has moved: it is this right that is missing.
        if let permission, permission.root.error.map(Refusal.init)?.kind == .noPermission {
            replies[place] = permission
            return
        }
        open.append(place)
        switch refusal.kind {
        case .moved, .ask:
            guard let redirection = Redirection(refusal, toldBy: connection.endpoint.address) else {
                throw connection.failure(.unexpected("it sends a key to where no server can be"), .sending)
            }
            let isForGood = refusal.kind == .moved
            if !cluster.follow(redirection, isForGood: isForGood) {
                (stranger, needsMap, needsRest) = (strange(redirection, from: connection), true, true)
            } else if !isForGood || commands[place].key == nil {
                detours[place] = redirection.address
            }
        // One that does not serve for now may have a successor.
        case .clusterDown, .loading, .masterDown: (needsMap, needsRest) = (true, true)
        default: needsRest = true
        }
    }

    private func strange(_ redirection: Redirection, from connection: Connection) -> RedisError {
        let other = cluster.connections.endpoint(at: redirection.address)
        let words = "it sends a key to \(other), which the cluster does not list: it is not given the password"
        return RedisError(connection.endpoint, .sending, .unexpected(words))
    }

    /// Leaves commands open whose server was lost, unless one of them may have been carried out and changes something.
    private mutating func lose(
        _ places: ArraySlice<Int>,
        of batch: Batch,
        to error: RedisError
    ) throws(RedisError) {
        causes[batch.address] = error.cause
        guard error.nextStep(isRepeatable: places.allSatisfy { commands[$0].isRead }) != .stop else { throw error }
        open += places
        // What was said in the round before tells more than that there was no time for another one.
        if deadline.hasPassed, places.allSatisfy({ replies[$0] != nil }) { return }
        for place in places { (replies[place], detours[place]) = (nil, nil) }
        (failure, suspect, needsMap, needsRest) = (error, batch.address, true, true)
    }
}
