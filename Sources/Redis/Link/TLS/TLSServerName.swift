import Glibc

/// The name a server's certificate must be for.
struct TLSServerName: Equatable {
    /// A DNS name without its closing dot, or an address without its zone.
    let text: String
    /// Whether it is an address, which SNI does not carry.
    let isAddress: Bool

    /// OpenSSL checks nothing for an empty name, and takes one that begins with a dot for all names below it.
    init(_ name: String) throws(TLSFailure) {
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
