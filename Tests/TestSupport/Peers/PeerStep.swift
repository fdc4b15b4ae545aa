/// One thing that a scripted peer does on a connection.
package enum PeerStep: Sendable {
    /// Waits for this many more bytes.
    case expectBytes(Int)
    /// Waits for this many more whole commands.
    case expectCommands(Int)
    /// Sends bytes.
    case send([UInt8])
    /// Sends bytes one by one, each this long after the one before.
    case drip([UInt8], every: Duration)
    /// Sends bytes over and over until the client has gone.
    case flood([UInt8])
    /// Reads on and says nothing, until the client has gone.
    case silent
    /// Neither reads nor says anything, until the peer is stopped.
    case stall
    /// Closes the writing side alone.
    case halfClose
    /// Closes the connection in order.
    case close
    /// Closes it with a TCP reset.
    case reset
    /// Opens a latch, to tell the test how far it got.
    case open(Latch)
    /// Waits until the test has opened a latch.
    case wait(Latch)

    /// Waits for one whole command.
    package static var expectCommand: PeerStep {
        .expectCommands(1)
    }

    /// Sends a text, such as `+OK\r\n`.
    package static func send(_ text: String) -> PeerStep {
        .send(Array(text.utf8))
    }
}
