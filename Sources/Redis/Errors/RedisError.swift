import RESP

/// Why a conversation with a server came to nothing. One closed set for the whole layer.
package struct RedisError: Error, Sendable, Equatable {
    /// What went wrong.
    package enum Cause: Sendable, Equatable {
        /// Bytes could not be moved.
        case link(LinkError)
        /// The server's bytes were not RESP, or not the reply to what was asked.
        case malformed(ProtocolError)
        /// A well-formed reply of the wrong shape; the text names the command and what it should have been.
        case unexpected(String)
        /// The server answered with an error.
        case refused(Refusal)
        /// The Sentinels led to no master.
        case masterNotFound(MasterNotFound)
        /// A replica without data or a connection to its master, as `Endpoint.description` names that: nothing follows from what
        /// it lacks.
        case emptyReplica(master: String?)
    }

    /// How far the conversation had come. It tells a write that cannot have happened from one that may have.
    package enum Phase: Sendable, Equatable {
        /// No connection, or not yet let in: nothing that matters was sent.
        case connecting
        /// No command that waits for its reply was handed to the kernel as a whole, so the server cannot have run it.
        case sending
        /// A whole command was sent; without a valid reply its outcome is unknown.
        case awaiting
    }

    /// The server, as `Endpoint.description` names it.
    package let target: String
    /// How far it had come.
    package private(set) var phase: Phase
    /// What went wrong.
    package let cause: Cause
    /// Whether what was being sent could change data.
    package private(set) var isWrite = false
    /// Whether the conversation was meant to be encrypted.
    package private(set) var isOverTLS = false

    /// The setting that names the server's address, such as `REDIS_URL`; nil where that is not known.
    package private(set) var namedBy: String?

    /// Whether it is about one server of a cluster, of which others may take its place.
    package private(set) var isOfMember = false

    /// An error of one attempt to ask a server something.
    package init(target: String, phase: Phase, cause: Cause) {
        self.target = target
        self.phase = phase
        self.cause = cause
    }

    /// An error in a conversation with an endpoint.
    init(_ endpoint: Endpoint, _ phase: Phase, _ cause: Cause) {
        self.init(target: endpoint.description, phase: phase, cause: cause)
        isOverTLS = endpoint.tls != nil
        namedBy = endpoint.namedBy
    }

    /// The signal that asked the process to stop and so ended a wait; nil when that was not the cause.
    package var signal: Int32? {
        if case .link(.interrupted(let signal)) = cause { signal } else { nil }
    }

    /// The same error, where what was sent before it may have been carried out, or be lost.
    package func leavingDoubt() -> RedisError {
        var error = self
        error.phase = .awaiting
        return error
    }

    /// The same error, about one server of a cluster.
    func aboutMember() -> RedisError {
        var error = self
        error.isOfMember = true
        return error
    }

    /// The same error, of commands that change data.
    package func duringWrite() -> RedisError {
        var error = self
        error.isWrite = true
        return error
    }

    /// Whether data may have been changed without our knowing: all was sent, and no valid reply came back.
    package var isUnknownWrite: Bool {
        isWrite && phase == .awaiting && refusal == nil
    }

    /// The refusal, when that is the cause.
    package var refusal: Refusal? {
        if case .refused(let refusal) = cause { refusal } else { nil }
    }
}
