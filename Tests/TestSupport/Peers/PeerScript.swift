import RESP

/// Follows one script on one connection.
struct PeerScript {
    let connection: PeerConnection
    let recording: PeerRecording
    private var parser = ReplyParser()
    private var unexpectedCount = 0

    init(connection: PeerConnection, recording: PeerRecording) {
        self.connection = connection
        self.recording = recording
    }

    /// Does one step after the other, until one cannot be done or says that this is the end.
    mutating func follow(_ steps: [PeerStep]) {
        for step in steps where !perform(step) { return }
    }

    /// Whether the script goes on.
    private mutating func perform(_ step: PeerStep) -> Bool {
        switch step {
        case .expectBytes(let count): return expectBytes(count)
        case .expectCommands(let count): return expectCommands(count)
        case .send(let bytes): return connection.send(bytes)
        case .drip(let bytes, let pause): return bytes.allSatisfy { connection.send([$0]) && connection.pause(pause) }
        case .flood(let bytes): while connection.send(bytes) {}
        case .silent: while receive() {}
        case .stall: connection.stall()
        case .halfClose: connection.halfClose()
        case .close: return false
        case .reset:
            connection.resetWhenClosed()
            return false
        case .open(let latch): latch.open()
        case .wait(let latch): return connection.wait(for: latch)
        }
        return true
    }

    private mutating func expectBytes(_ count: Int) -> Bool {
        while unexpectedCount < count {
            guard receive() else { return false }
        }
        unexpectedCount -= count
        return true
    }

    private mutating func expectCommands(_ count: Int) -> Bool {
        for _ in 0..<count {
            while (try? parser.next()) == nil {
                guard receive() else { return false }
            }
        }
        unexpectedCount = parser.bufferedByteCount
        return true
    }

    private mutating func receive() -> Bool {
        guard let bytes = connection.receive() else { return false }
        recording.append(bytes)
        parser.append(bytes)
        unexpectedCount += bytes.count
        return true
    }
}
