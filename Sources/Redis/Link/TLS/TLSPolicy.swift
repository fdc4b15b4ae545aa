import Glibc

/// How TLS is to be spoken: whom to trust, which name to expect, who to be.
package struct TLSPolicy: Sendable, Equatable {
    /// The certificate to show a server that asks for one.
    package struct ClientCertificate: Sendable, Equatable {
        /// A PEM file: the certificate, then those of its issuers.
        package let file: String
        /// Its private key, in PEM.
        package let key: Secret
        /// Where the key was read from, for messages.
        package let keyFile: String

        /// The certificate in `file`, with its key, which was read from `keyFile`.
        package init(file: String, key: Secret, keyFile: String) {
            self.file = file
            self.key = key
            self.keyFile = keyFile
        }
    }

    /// The name the certificate must be for, and that SNI asks for; nil for the host that is connected to.
    package var serverName: String?
    /// A PEM file of trusted issuers.
    package var authorityFile: String?
    /// A folder of trusted issuers, as `openssl rehash` leaves it; several with colons between them.
    package var authorityFolder: String?
    /// Whether the system's own file or folder stands in where one of the two is not given.
    package var trustsSystem = true
    /// Whom to be; nil to be nobody.
    package var clientCertificate: ClientCertificate?
    /// Accept any certificate at all: the server is not authenticated.
    package var isInsecure = false

    /// The files that OpenSSL reads by itself.
    var files: [String] { [isInsecure ? nil : authorityFile, clientCertificate?.file].compactMap(\.self) }

    /// Whether a certificate can be checked against a name.
    package static func isUsable(serverName: String) -> Bool {
        (try? TLSServerName(serverName)) != nil
    }

    /// The usual: the system's issuers, the host's name, no certificate of our own.
    package init() {}
}

/// The name a server's certificate must be for.
struct TLSServerName: Equatable {
    /// A DNS name without its closing dot, or an address without its zone.
    let text: String
    /// Whether it is an address, which SNI does not carry.
    let isAddress: Bool

    /// OpenSSL checks nothing for an empty name, and takes one that begins with a dot for all names below it.
    init(_ name: String) throws(TLSError) {
        let withoutZone = String(name.prefix { $0 != "%" })
        if Self.isAddress(withoutZone) {
            (text, isAddress) = (withoutZone, true)
        } else {
            // `localhost.` is how DNS writes the absolute name; certificates leave the dot out.
            text = name.utf8.last == UInt8(ascii: ".") ? String(name.dropLast()) : name
            isAddress = false
        }
        let isUsable = !text.isEmpty && !text.hasPrefix(".") && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
        guard isUsable else { throw .unusableName(name) }
    }

    private static func isAddress(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
    }
}

extension TLSPolicy.ClientCertificate {
    /// Reads the file, and checks that the key belongs to the certificate: for one that somebody else shows.
    package func check() throws(TLSError) {
        var policy = TLSPolicy()
        policy.isInsecure = true
        policy.clientCertificate = self
        _ = try TLSContext(policy)
    }
}
