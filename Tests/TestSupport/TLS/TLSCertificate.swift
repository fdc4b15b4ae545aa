/// The certificates that the tests make for themselves, each with its key.
package enum TLSCertificate: String, Sendable, CaseIterable, CustomStringConvertible {
    /// The issuer that the tests trust.
    case authority
    /// An issuer that nobody trusts.
    case stranger
    /// For localhost, 127.0.0.1 and ::1.
    case good
    /// As the good one, but it ended on 2 January 2021.
    case expired
    /// As the good one, but it begins on 2 January 2039.
    case early
    /// For redis.example, *.wild.example, 10.0.0.1, and a name with an escape sequence.
    case wrongName
    /// For r*.wild.example, which no client of our time takes for redis.wild.example.
    case partialWildcard
    /// As the good one, but issued by the stranger.
    case unknownIssuer
    /// As the good one, but issued by itself.
    case selfSigned
    /// For a client.
    case client
    /// For a client, issued by the stranger.
    case strangeClient

    package var description: String {
        rawValue
    }

    /// What it is for, as OpenSSL's configuration says it.
    var names: String {
        switch self {
        case .wrongName: "DNS:redis.example,DNS:*.wild.example,IP:10.0.0.1,DNS:\u{1B}[31m.example"
        case .partialWildcard: "DNS:r*.wild.example"
        case .client, .strangeClient: "DNS:client.example"
        default: "DNS:localhost,IP:127.0.0.1,IP:::1"
        }
    }

    /// Its first and last moment, as `openssl ca` takes them.
    var validity: (start: String, end: String) {
        switch self {
        case .expired: ("20200102030405Z", "20210102030405Z")
        case .early: ("20390102030405Z", "20400102030405Z")
        default: ("20200102030405Z", "20400102030405Z")
        }
    }

    /// Who issues it; nil for itself.
    var issuer: TLSCertificate? {
        switch self {
        case .authority, .stranger, .selfSigned: nil
        case .unknownIssuer, .strangeClient: .stranger
        default: .authority
        }
    }
}
