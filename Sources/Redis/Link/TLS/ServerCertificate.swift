/// What can be said of the certificate a server has shown.
package struct ServerCertificate: Sendable, Equatable {
    /// Whom it is for, as RFC 2253 writes it: the certificate's own bytes.
    package let subject: [UInt8]
    /// The last moment it is valid, as RFC 3339.
    package let end: String
    /// Seconds until then by our own clock, negative once it has passed; nil when the end cannot be read.
    package let left: Int?

    /// Puts the facts together.
    package init(subject: [UInt8], end: String, left: Int?) {
        self.subject = subject
        self.end = end
        self.left = left
    }
}
