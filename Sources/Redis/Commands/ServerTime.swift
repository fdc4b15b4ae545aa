import RESP

/// `TIME`: the server's clock, which is the one that entry ids are made from.
package struct ServerTime: Request {
    /// Asks for the time.
    package init() {}

    package var command: Command {
        Command("TIME").reading()
    }

    /// Unix milliseconds.
    package func read(_ reply: ReplyValue) -> UInt64? {
        guard let seconds = reply[0]?.unsigned, let microseconds = reply[1]?.unsigned else { return nil }
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (time, carried) = milliseconds.addingReportingOverflow(microseconds / 1000)
        return overflow || carried ? nil : time
    }
}
