/// What kind of refusal an error reply is, by its first word. The rest of the text differs from version to version.
package enum RefusalKind: String, Sendable, CaseIterable {
    case wrongType = "WRONGTYPE"
    case noGroup = "NOGROUP"
    case busyGroup = "BUSYGROUP"
    case noAuthentication = "NOAUTH"
    case wrongPassword = "WRONGPASS"
    case noPermission = "NOPERM"
    case denied = "DENIED"
    case unsupportedProtocol = "NOPROTO"
    case loading = "LOADING"
    case outOfMemory = "OOM"
    case readOnly = "READONLY"
    case misconfigured = "MISCONF"
    case noReplicas = "NOREPLICAS"
    case masterDown = "MASTERDOWN"
    case busyScript = "BUSY"
    case unblocked = "UNBLOCKED"
    case noScript = "NOSCRIPT"
    case transactionAborted = "EXECABORT"
    case moved = "MOVED"
    case ask = "ASK"
    case tryAgain = "TRYAGAIN"
    case clusterDown = "CLUSTERDOWN"
    case crossSlot = "CROSSSLOT"
    /// `ERR`, or a word that is not known here.
    case other = "ERR"

    /// Refusals that end by themselves, or once an operator has acted on the server: the same command may work later.
    package var isForNow: Bool {
        switch self {
        case .loading, .outOfMemory, .readOnly, .misconfigured, .noReplicas, .masterDown, .busyScript, .unblocked,
            .tryAgain, .clusterDown, .moved, .ask:
            true
        default:
            false
        }
    }

    /// Refusals of a server that is not ready to be asked anything, whatever the key.
    package var isAboutServer: Bool {
        switch self {
        case .loading, .masterDown, .busyScript, .noAuthentication: true
        default: false
        }
    }

    /// Refusals of the user rather than of the command's content.
    package var isAboutRights: Bool {
        switch self {
        case .noAuthentication, .wrongPassword, .noPermission, .denied: true
        default: false
        }
    }
}
