import Redis

extension PostgresConnection {
    /// What a transaction may do.
    package enum Access: Sendable {
        /// Look only: the server refuses everything else.
        case reads
        /// The same; every statement sees the database as it was at the first one.
        case readsOneMoment
        case writes
    }

    /// Opens a transaction: `BEGIN READ ONLY`, at the level REPEATABLE READ where it is to see one moment, or `BEGIN READ WRITE`.
    ///
    /// - Parameter heedsInterrupts: whether a first request to stop ends the wait for its answer.
    package func begin(_ access: Access, heedsInterrupts: Bool = true) throws(PostgresError) {
        precondition(!isInTransaction, "a transaction is open already")
        precondition(access != .writes || !settings.isReadOnly, "this session only looks")
        let statement =
            switch access {
            case .reads: "BEGIN READ ONLY"
            case .readsOneMoment: "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
            case .writes: "BEGIN READ WRITE"
            }
        var deadline = Deadline.after(timeouts.command)
        deadline.heedsInterrupts = heedsInterrupts
        _ = try run(statement, isWrite: false, until: deadline)
        isInTransaction = true
    }

    /// COMMIT. Its answer is waited for through the first Ctrl-C; an error says where it is not known whether the transaction
    /// happened (`isUnknownWrite`).
    ///
    /// - Parameter wasWriting: whether anything may have been changed in it.
    package func commit(wasWriting: Bool = true) throws(PostgresError) {
        var deadline = Deadline.after(timeouts.command)
        deadline.heedsInterrupts = !wasWriting
        isInTransaction = false
        let answer = try run("COMMIT", isWrite: wasWriting, until: deadline)
        // A transaction in which a statement failed is undone by COMMIT, which is no error to the server.
        guard answer.tag == "COMMIT" else {
            throw PostgresError(
                target: target,
                phase: .awaiting,
                cause: .unexpected("it undid the transaction where it was to commit it"),
                namedBy: settings.namedBy
            )
        }
    }

    /// ROLLBACK; where that cannot be said, the session is closed, which comes to the same.
    ///
    /// - Parameter heedsInterrupts: whether a first request to stop ends the wait for its answer.
    package func rollBack(heedsInterrupts: Bool = true) {
        guard isInTransaction else { return }
        isInTransaction = false
        var deadline = Deadline.after(timeouts.command)
        deadline.heedsInterrupts = heedsInterrupts
        if (try? run("ROLLBACK", isWrite: false, until: deadline)) == nil { close() }
    }
}
