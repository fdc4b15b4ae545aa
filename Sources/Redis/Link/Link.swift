import Glibc

/// A two-way stream of bytes to a server. A plain socket is one kind, TLS over a socket another.
///
/// The three operations never block, except `wait`, which never outlasts its deadline. That is what lets a connection
/// read replies while it is still writing a long pipeline.
package protocol Link: AnyObject {
    /// Hands as many bytes as possible to the kernel.
    ///
    /// - Returns: how many were taken; 0 when none can be taken at the moment.
    func write(_ bytes: Span<UInt8>) throws(LinkError) -> Int

    /// Appends the bytes that have arrived.
    func read(into buffer: inout OutputSpan<UInt8>) throws(LinkError) -> ReadProgress

    /// Waits until reading, or if asked for also writing, may get further.
    func wait(toWrite: Bool, until deadline: Deadline) throws(LinkError)

    /// The certificate the peer has shown; nil without TLS.
    var certificate: ServerCertificate? { get }

    /// Ends the stream. Further calls are errors; closing twice is not.
    func close()
}

extension Link {
    package var certificate: ServerCertificate? { nil }
}

/// What one attempt to read came to.
package enum ReadProgress: Sendable, Equatable {
    /// Bytes were appended.
    case appended
    /// Nothing has arrived yet.
    case nothingYet
    /// The peer will send no more.
    case end
}

/// Why bytes could not be moved. What was being done at the time is added by the connection.
package enum LinkError: Error, Sendable, Equatable {
    /// The name of the host has no address, or nobody could be asked.
    case unresolvable(reason: String)
    /// No connection could be made; the reason is the system's, for the last address that was tried.
    case unreachable(reason: String)
    /// The deadline passed.
    case timedOut(after: Duration)
    /// The peer ended the connection, or the system did; nil when the peer closed it in order.
    case disconnected(reason: String?)
    /// There is no TLS, or not with this server.
    case tls(TLSError)
    /// The process was asked to stop (SIGINT, SIGTERM) while it waited.
    case interrupted(signal: Int32)
}

/// An `errno` value with the text a person reads.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The number, as in errno(3).
    package let code: Int32

    /// Wraps a number.
    package init(code: Int32) {
        self.code = code
    }

    /// The error the last failing call of this thread left behind.
    package static var last: SystemError {
        SystemError(code: errno)
    }

    /// strerror(3), as a clause.
    package var description: String {
        Self.clause(strerror(code))
    }

    /// A text of the C library, starting in lower case so that it fits into a sentence.
    static func clause(_ text: UnsafePointer<CChar>) -> String {
        let text = String(cString: text)
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
