import RESP

/// `SLOWLOG GET count`: the newest of the calls that took longer than `slowlog-log-slower-than`.
package struct SlowLog: Request {
    /// How many are asked for at most.
    package let count: Int

    /// Asks for the newest calls.
    package init(count: Int) {
        self.count = count
    }

    package var command: Command {
        Command("SLOWLOG", "GET", "\(count)").reading()
    }

    package func read(_ reply: ReplyValue) -> [SlowCall]? {
        guard reply.kind == .array else { return nil }
        var calls: [SlowCall] = []
        for value in reply.elements {
            guard let call = SlowCall(value) else { return nil }
            calls.append(call)
        }
        return calls
    }
}

/// A call that kept the server from everything else. Of its arguments nothing is kept: they may hold anything.
package struct SlowCall: Sendable, Equatable {
    /// When it was made, in Unix milliseconds, exact to a second.
    package let time: UInt64
    /// How long it took, in microseconds. To wait for something, as a blocking command does, is not counted.
    package let duration: UInt64
    /// The command's name as it was sent.
    package let command: [UInt8]
    /// The client's address.
    package let client: [UInt8]
    /// The name that the client gave itself; empty without one.
    package let clientName: [UInt8]

    /// A call.
    package init(time: UInt64, duration: UInt64, command: [UInt8], client: [UInt8] = [], clientName: [UInt8] = []) {
        self.time = time
        self.duration = duration
        self.command = command
        self.client = client
        self.clientName = clientName
    }

    /// Reads `id, seconds, microseconds, arguments, address, name`.
    init?(_ value: ReplyValue) {
        guard let seconds = value[1]?.unsigned, let duration = value[2]?.unsigned, let name = value[3]?[0]?.text else {
            return nil
        }
        let (time, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return nil }
        self.init(
            time: time,
            duration: duration,
            command: Array(name),
            client: Array(value[4]?.text ?? []),
            clientName: Array(value[5]?.text ?? [])
        )
    }
}
