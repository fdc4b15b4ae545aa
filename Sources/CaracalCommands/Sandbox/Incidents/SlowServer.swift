import RESP
import Redis

extension Incident {
    /// Calls that take long keep the server from everything else.
    ///
    /// - Parameter calls: how many there were before the drill begins.
    package static func slowServer(calls: Int = 5) -> Incident {
        Incident(
            "everything-slow",
            "Everything takes long, and publishers report timeouts.",
            page: "A SLOW SERVER",
            check: "slow-calls"
        ) {
            bus in
            try bus.send((0..<calls).map { _ in longCall(milliseconds: 120) })
            bus.keepBusy()
        }
    }

    /// A script that keeps the server busy, on a fast machine for about so long, on others longer: scripts have no clock.
    static func longCall(milliseconds: Int) -> Command {
        Command("EVAL", "for i = 1, ARGV[1] do end", "0", "\(milliseconds * 200_000)")
    }
}
