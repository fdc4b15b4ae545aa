/// A server that does what a script says, connection by connection, and records what it is sent.
package final class ScriptedPeer: Sendable {
    /// Its TCP port; 0 on a Unix socket.
    package let port: UInt16
    private let stopped: Latch
    private let finished: Latch
    private let recordings: [PeerRecording]
    private let acceptor: BackgroundThread

    /// Starts to listen. The first connection follows the first script, and so on, each on a thread of its own; the end
    /// of a script closes its connection. Later connections are refused, or with `ignoresOthers` never accepted.
    package init(_ scripts: [[PeerStep]], at address: PeerAddress = .tcp, ignoresOthers: Bool = false) throws {
        let (stopped, finished) = (try Latch(), try Latch())
        let plays = scripts.map { (steps: $0, recording: PeerRecording()) }
        let listener = try PeerListener(address)
        port = listener.port
        self.stopped = stopped
        self.finished = finished
        recordings = plays.map(\.recording)
        acceptor = BackgroundThread {
            let threads = Self.accept(plays, from: listener, until: stopped)
            if !ignoresOthers { listener.refuse() }
            for thread in threads { thread.join() }
            finished.open()
            if ignoresOthers { _ = stopped.wait(orFor: 0, on: -1) }
        }
    }

    deinit {
        stop()
    }

    /// Its URL for a client.
    package var url: String {
        "redis://127.0.0.1:\(port)/0"
    }

    /// What the client has sent on a connection so far.
    package func received(on connection: Int = 0) -> [UInt8] {
        recordings[connection].bytes
    }

    /// The whole commands that the client has sent on a connection so far, each argument as text.
    package func commands(on connection: Int = 0) -> [[String]] {
        recordings[connection].commands
    }

    /// Waits until every script has come to its end; false when that takes longer than `time`.
    package func finish(within time: Duration = .seconds(120)) -> Bool {
        finished.wait(for: time)
    }

    /// Ends every connection at once, wherever its script is.
    package func stop() {
        stopped.open()
        acceptor.join()
    }

    private static func accept(
        _ plays: [(steps: [PeerStep], recording: PeerRecording)],
        from listener: PeerListener,
        until stopped: Latch
    ) -> [BackgroundThread] {
        var threads: [BackgroundThread] = []
        for play in plays {
            guard let connection = listener.accept(until: stopped) else { break }
            threads.append(
                BackgroundThread {
                    var script = PeerScript(connection: connection, recording: play.recording)
                    script.follow(play.steps)
                }
            )
        }
        return threads
    }
}
