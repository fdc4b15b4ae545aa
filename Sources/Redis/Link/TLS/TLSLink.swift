import COpenSSL
import Glibc

/// TLS over a socket: the second kind of link, with the same promises. Nothing of it blocks but `wait`.
package final class TLSLink: Link {
    private let socket: Socket
    private let session: TLSSession
    /// What it shares with other connections of its policy.
    let context: TLSContext
    /// What poll(2) has to say before the next attempt: TLS may have to write in order to read, and the other way round.
    private var readEvents = Int16(POLLIN)
    private var writeEvents = Int16(POLLOUT)
    /// The last read stopped because its buffer was full: more may lie decrypted where poll(2) does not see it.
    private var mayHoldMore = false
    /// What ended the stream, once that is known: it is said after the bytes that came before it.
    private var failure: LinkError?

    /// The most that one record carries; behind a full one there is nearly always another.
    private static let recordSize = 16_384

    /// Takes over a connected socket and shakes hands, within the deadline.
    init(over socket: Socket, _ context: TLSContext, _ policy: TLSPolicy, name: TLSServerName, until deadline: Deadline)
        throws(LinkError)
    {
        self.socket = socket
        self.context = context
        session = try TLSSession(over: socket.descriptor, context, policy, name: name)
        try shakeHands(until: deadline)
    }

    deinit {
        close()
    }

    private func shakeHands(until deadline: Deadline) throws(LinkError) {
        while case .waiting(let events) = try session.shakeHands() {
            do throws(LinkError) {
                // A server that drips bytes must not outlast the deadline either.
                if deadline.hasPassed { throw .timedOut(after: deadline.allowance) }
                try Poll.wait(for: socket.descriptor, events: events, until: deadline)
            } catch .timedOut(let time) {
                throw .tls(.noAnswer(after: time))
            } catch {
                throw error
            }
        }
    }

    package func write(_ bytes: Span<UInt8>) throws(LinkError) -> Int {
        if let failure { throw failure }
        switch try session.write(bytes) {
        case .moved(let count): return count
        case .waiting(let events): writeEvents = events
        case .end: throw .disconnected(reason: nil)
        }
        return 0
    }

    package func read(into buffer: inout OutputSpan<UInt8>) throws(LinkError) -> ReadProgress {
        if let failure { throw failure }
        var hasAppended = false
        mayHoldMore = false
        while buffer.freeCapacity > 0 {
            do {
                switch try session.read(into: &buffer) {
                case .moved(Self.recordSize): hasAppended = true
                case .moved:
                    mayHoldMore = session.holdsMore
                    return .appended
                case .waiting(let events):
                    readEvents = events
                    return hasAppended ? .appended : .nothingYet
                case .end: return hasAppended ? .appended : .end
                }
            } catch {
                failure = error
                guard hasAppended else { throw error }
                return .appended
            }
        }
        mayHoldMore = true
        return .appended
    }

    package func wait(toWrite: Bool, until deadline: Deadline) throws(LinkError) {
        guard !mayHoldMore, failure == nil else { return }
        let events = readEvents | (toWrite ? writeEvents : 0)
        try Poll.wait(for: socket.descriptor, events: events, until: deadline)
    }

    package var certificate: ServerCertificate? {
        session.certificate
    }

    package func close() {
        session.sayGoodbye()
        socket.close()
    }
}
