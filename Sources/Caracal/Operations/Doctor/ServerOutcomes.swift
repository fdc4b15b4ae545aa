import Text

/// What a check found at several servers, as one list.
enum ServerOutcomes {
    /// Each outcome once, with the names of the servers before it; without a name where there is one server.
    static func merged(_ parts: [(server: String, outcomes: [CheckOutcome])]) -> [CheckOutcome] {
        guard parts.count > 1 else { return parts.flatMap(\.outcomes) }
        var found: [(outcome: CheckOutcome, servers: [String])] = []
        for (server, outcomes) in parts {
            for outcome in outcomes {
                if let place = found.firstIndex(where: { $0.outcome == outcome }) {
                    found[place].servers.append(server)
                } else {
                    found.append((outcome, [server]))
                }
            }
        }
        return found.map { outcome, servers in
            let isEverywhere = servers.count == parts.count
            return outcome.at(
                isEverywhere ? "each of \(parts.count) masters" : "\(servers.joined(separator: ", "))",
                servers
            )
        }
    }
}

extension CheckOutcome {
    /// The same, about the servers of a cluster. What mends it goes to each of them, not to the one in `REDIS_URL`.
    fileprivate func at(_ place: TerminalText, _ servers: [String]) -> CheckOutcome {
        let isCommand = fix?.text.hasPrefix(RedisCLI.text) == true
        return CheckOutcome(
            status,
            sentence.after("\(place): "),
            stream: stream,
            evidence: evidence,
            fix: isCommand ? fix.map { "\($0), with the URL of \(servers.joined(separator: ", then "))" } : fix
        )
    }
}
