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
