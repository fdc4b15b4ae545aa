import Redis

/// Why a conversation with Postgres came to nothing. One closed set for the whole layer.
package struct PostgresError: Error, Sendable, Equatable {
    /// What went wrong.
    package enum Cause: Sendable, Equatable {
        /// There is no usable libpq on this machine; the reason is the system's.
        case noLibrary(reason: String)
        /// libpq cannot use the settings; the reason is libpq's, or names the setting.
        case settings(reason: String)
        /// Bytes could not be moved, a deadline passed, or the process was asked to stop. Its TLS failures are not among them.
        case link(LinkError)
        /// There is no TLS, or not with this server; the reason is libpq's.
        case tls(reason: String)
        /// The server asks for a password, and none is known.
        case noPassword
        /// The server answered with an error.
        case refused(PostgresRefusal)
        /// The server does not speak Postgres's protocol, or its answer is not one to what was asked; the text says how.
        case unexpected(String)
    }

    /// The server, as `PostgresConnection.target` names it.
    package let target: String
    /// How far the conversation had come.
    package let phase: RedisError.Phase
    /// What went wrong.
    package let cause: Cause
    /// Whether what was sent changes data by itself: a statement outside a transaction, or COMMIT.
    package let isWrite: Bool
    /// The setting that names the server, such as `DATABASE_URL`; nil where that is not known.
    package let namedBy: String?

    /// An error of a statement or of the connection that it was sent on.
    package init(
        target: String,
        phase: RedisError.Phase,
        cause: Cause,
        isWrite: Bool = false,
        namedBy: String? = nil
    ) {
        self.target = target
        self.phase = phase
        self.cause = cause
        self.isWrite = isWrite
        self.namedBy = namedBy
    }

    /// The refusal, when that is the cause.
    package var refusal: PostgresRefusal? {
        if case .refused(let refusal) = cause { refusal } else { nil }
    }

    /// The signal that asked the process to stop and so ended a wait; nil when that was not the cause.
    package var signal: Int32? {
        if case .link(.interrupted(let signal)) = cause { signal } else { nil }
    }

    /// Whether data may have been changed without our knowing: a write was sent, and no answer came that settles it. Within a
    /// transaction nothing is in doubt before COMMIT is sent: the server undoes what it does not commit.
    package var isUnknownWrite: Bool {
        guard isWrite, phase == .awaiting else { return false }
        return refusal?.endsConnection ?? true
    }
}
