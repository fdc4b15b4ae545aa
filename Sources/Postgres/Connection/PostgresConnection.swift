import CPostgres
import Glibc
import Redis

/// One session with one Postgres server: statements in, rows out, in order.
///
/// Blocking calls over libpq's non-blocking ones, each under a deadline, ended by Ctrl-C as far as `Deadline` says. A statement
/// that nobody waits for any more is cancelled on the server, and the session is closed at once: a late answer cannot reach the
/// next statement, and a transaction that was not committed is undone.
package final class PostgresConnection {
    /// How messages name the server: `host:port`, or the path of the socket.
    package let target: String
    /// How it was connected.
    package let settings: PostgresSettings
    /// How long it waits.
    package let timeouts: Timeouts
    /// Whether a transaction is open.
    package internal(set) var isInTransaction = false

    private let library: UnsafePointer<cpostgres_library>
    /// nil once it is closed.
    private var handle: OpaquePointer?
    /// The page that was asked for ahead.
    private var ahead: AskedPage?

    /// How many cursors it has had: each has a name of its own.
    private var cursors = 0

    /// How long the server is given to end a statement that is cancelled.
    private static let cancelTime = Duration.milliseconds(500)

    /// Takes over a session of libpq.
    init(
        _ library: UnsafePointer<cpostgres_library>,
        _ handle: OpaquePointer,
        target: String,
        settings: PostgresSettings,
        timeouts: Timeouts
    ) {
        self.library = library
        self.handle = handle
        self.target = target
        self.settings = settings
        self.timeouts = timeouts
        _ = library.pointee.setnonblocking(handle, 1)
    }

    deinit { close() }

    /// Whether more can be asked of it.
    package var isOpen: Bool { handle != nil }

    /// Ends the session; a transaction that is open is undone.
    package func close() {
        guard let handle else { return }
        library.pointee.finish(handle)
        self.handle = nil
        isInTransaction = false
    }

    /// The server and the session, as they introduced themselves.
    package var identity: PostgresIdentity? {
        guard let handle else { return nil }
        let text = { (text: UnsafePointer<CChar>?) in text.map { Array(String(cString: $0).utf8) } ?? [] }
        return PostgresIdentity(
            version: text(library.pointee.parameterStatus(handle, "server_version")),
            database: text(library.pointee.db(handle)),
            user: text(library.pointee.user(handle)),
            isEncrypted: library.pointee.sslInUse(handle) != 0
        )
    }

    // MARK: Statements

    /// Runs one statement that looks, and returns its rows, all of them: for few. `stream` is for many.
    ///
    /// - Parameter deadline: when to give up; after `timeouts.command` unless given. The server ends a statement after that time too.
    package func query(
        _ statement: String,
        _ parameters: [PostgresValue] = [],
        until deadline: Deadline? = nil
    ) throws(PostgresError) -> PostgresRows {
        try run(statement, parameters, isWrite: false, until: deadline ?? .after(timeouts.command))
    }

    /// Runs one statement that changes data, and returns what it did: how many rows are `affected`, and the rows of RETURNING.
    ///
    /// Outside a transaction its answer is waited for through the first Ctrl-C, so that it is known what became of it; an
    /// error says where it is not (`isUnknownWrite`). Within one nothing has happened before COMMIT.
    @discardableResult
    package func execute(
        _ statement: String,
        _ parameters: [PostgresValue] = [],
        until deadline: Deadline? = nil
    ) throws(PostgresError) -> PostgresRows {
        var deadline = deadline ?? .after(timeouts.command)
        if !isInTransaction { deadline.heedsInterrupts = false }
        return try run(statement, parameters, isWrite: !isInTransaction, until: deadline)
    }

    /// Runs one statement.
    ///
    /// - Parameter isWrite: whether it changes data by itself.
    func run(
        _ statement: String,
        _ parameters: [PostgresValue] = [],
        isWrite: Bool,
        until deadline: Deadline
    ) throws(PostgresError) -> PostgresRows {
        if let ahead { try settle(ahead) }
        let request = Request(statement: statement, isWrite: isWrite)
        return try traced(request) { () throws(PostgresError) in
            try send(request, parameters, until: deadline)
            return try receive(request, until: deadline)
        }
    }

    /// A statement that is under way.
    final class Request {
        let statement: String
        let isWrite: Bool
        /// Whether values are to come in the binary form of their types.
        let isBinary: Bool
        let start = ContinuousClock.now
        /// Until when the outcome of a write is waited for, once that was cancelled.
        var cancelDeadline: Deadline?
        /// How long it was given before that.
        var allowance: Duration?

        init(statement: String, isWrite: Bool, isBinary: Bool = false) {
            self.statement = statement
            self.isWrite = isWrite
            self.isBinary = isBinary
        }
    }

    // MARK: Asking ahead

    /// Sends a statement whose rows will be taken later. Whatever else is asked takes them in first.
    func ask(_ statement: String, isBinary: Bool, until deadline: Deadline) throws(PostgresError) -> AskedPage {
        if let ahead { try settle(ahead) }
        let page = AskedPage(Request(statement: statement, isWrite: false, isBinary: isBinary))
        do throws(PostgresError) {
            try send(page.request, [], until: deadline)
        } catch {
            if Trace.isOn { tell(page.request, .ended(error)) }
            throw error
        }
        ahead = page
        return page
    }

    /// The number of the next cursor.
    func nextCursor() -> Int {
        cursors += 1
        return cursors
    }

    /// Takes in what was asked for ahead, if that has not been done.
    func settle(_ page: AskedPage) throws(PostgresError) {
        guard ahead === page else { return }
        ahead = nil
        page.rows = try traced(page.request) { () throws(PostgresError) in
            try receive(page.request, until: timeouts.capped(.after(timeouts.command)))
        }
    }

    // MARK: Sending and receiving

    private func send(
        _ request: Request,
        _ parameters: [PostgresValue],
        until deadline: Deadline
    ) throws(PostgresError) {
        guard let handle else { throw error(.link(.disconnected(reason: nil)), .sending, request) }
        let texts = parameters.map(\.text)
        guard !texts.contains(where: { $0?.contains(0) == true }) else {
            // It would end the value early for libpq; Postgres has no such texts.
            let refusal = PostgresRefusal(state: "22021", message: Array("a parameter contains a NUL byte".utf8))
            throw error(.refused(refusal), .sending, request)
        }
        let values = CTexts(texts)
        let count = Int32(values.pointers.count)
        let isSent = withExtendedLifetime(values) {
            library.pointee.sendQueryParams(
                handle,
                request.statement,
                count,
                nil,
                values.pointers,
                nil,
                nil,
                request.isBinary ? 1 : 0
            ) != 0
        }
        guard isSent else { throw lost(request, .sending) }
        try flush(handle, request, until: deadline)
    }

    private func flush(_ handle: OpaquePointer, _ request: Request, until deadline: Deadline) throws(PostgresError) {
        while true {
            switch library.pointee.flush(handle) {
            case 0: return
            case 1: break
            // What the server has said before it hung up is among its answers.
            default: return
            }
            try wait(handle, Int16(POLLIN | POLLOUT), request, .sending, until: deadline)
            // A server that writes before it reads on must not block us.
            _ = library.pointee.consumeInput(handle)
        }
    }

    /// The answer to the one statement that is under way: everything up to the point where the next one may be sent.
    private func receive(_ request: Request, until deadline: Deadline) throws(PostgresError) -> PostgresRows {
        guard let handle else { throw error(.link(.disconnected(reason: nil)), .awaiting, request) }
        var rows: PostgresRows?
        var failure: PostgresError.Cause?
        while let result = try nextResult(handle, request, until: deadline) {
            if let cause = self.failure(in: result, request) {
                failure = failure ?? cause
                library.pointee.clear(result)
                // After what begins a COPY libpq has the same result again and again.
                if case .unexpected = cause { break }
            } else {
                rows = PostgresRows(library, result)
            }
        }
        if let failure { throw ended(failure, request) }
        guard let rows else { throw lost(request, .awaiting) }
        return rows
    }

    private func nextResult(
        _ handle: OpaquePointer,
        _ request: Request,
        until deadline: Deadline
    ) throws(PostgresError) -> OpaquePointer? {
        while library.pointee.isBusy(handle) != 0 {
            try wait(handle, Int16(POLLIN), request, .awaiting, until: deadline)
            // Of a server that is gone libpq has an answer of its own.
            if library.pointee.consumeInput(handle) == 0 { break }
        }
        return library.pointee.getResult(handle)
    }

    private func wait(
        _ handle: OpaquePointer,
        _ events: Int16,
        _ request: Request,
        _ phase: RedisError.Phase,
        until deadline: Deadline
    ) throws(PostgresError) {
        let deadline = request.cancelDeadline ?? timeouts.capped(deadline)
        do throws(LinkError) {
            try Poll.wait(for: library.pointee.socket(handle), events: events, until: deadline)
            // A server that sends on and on must not outlast the deadline by more than it is given to end.
            guard deadline.instant.advanced(by: Self.cancelTime) <= .now else { return }
            throw .timedOut(after: deadline.allowance)
        } catch {
            guard phase == .awaiting, request.isWrite, request.cancelDeadline == nil, case .timedOut = error else {
                throw givenUp(error, request, phase)
            }
            cancel(handle)
            var cancelDeadline = Deadline.after(Self.cancelTime)
            cancelDeadline.heedsInterrupts = false
            request.cancelDeadline = cancelDeadline
            request.allowance = deadline.allowance
        }
    }

    // MARK: Ending

    /// Asks the server to end what is under way, and closes the session.
    private func givenUp(_ cause: LinkError, _ request: Request, _ phase: RedisError.Phase) -> PostgresError {
        if let handle, request.cancelDeadline == nil { cancel(handle) }
        defer { close() }
        var cause = cause
        if case .timedOut = cause, let allowance = request.allowance { cause = .timedOut(after: allowance) }
        return error(.link(cause), phase, request)
    }

    private func cancel(_ handle: OpaquePointer) {
        cpostgres_cancel(library, handle, Int32(Self.cancelTime / .milliseconds(1)))
    }

    /// The connection is gone, or libpq says so.
    private func lost(_ request: Request, _ phase: RedisError.Phase) -> PostgresError {
        defer { close() }
        return error(.link(.disconnected(reason: nil)), phase, request)
    }

    /// An error of the server, or of libpq about it; the session goes on where the server's does.
    private func ended(_ cause: PostgresError.Cause, _ request: Request) -> PostgresError {
        let error = error(cause, .awaiting, request)
        let goesOn = error.refusal.map { !$0.endsConnection } ?? false
        if !goesOn || handle.map({ library.pointee.status($0) != 0 }) == true { close() }
        return error
    }

    private func error(_ cause: PostgresError.Cause, _ phase: RedisError.Phase, _ request: Request) -> PostgresError {
        PostgresError(
            target: target,
            phase: phase,
            cause: cause,
            isWrite: request.isWrite,
            namedBy: settings.namedBy
        )
    }
}

// MARK: - What the server answered

extension PostgresConnection {
    /// Why a result is none: the server's error, or what libpq found; nil for one that is fine.
    private func failure(in result: OpaquePointer, _ request: Request) -> PostgresError.Cause? {
        let (command, tuples, badResponse, fatal): (Int32, Int32, Int32, Int32) = (1, 2, 5, 7)
        switch library.pointee.resultStatus(result) {
        case command, tuples: return nil
        case badResponse, fatal:
            guard let state = field("C", of: result) else {
                let message = library.pointee.resultErrorMessage(result).map { String(cString: $0) } ?? ""
                let reason = ConnectMessage.clause(message[...])
                return reason.hasPrefix("server closed the connection") || reason.isEmpty
                    ? .link(.disconnected(reason: nil)) : .link(.disconnected(reason: reason))
            }
            let severity = field("V", of: result)
            return .refused(
                PostgresRefusal(
                    state: state,
                    message: Array((field("M", of: result) ?? "").utf8),
                    endsConnection: severity == "FATAL" || severity == "PANIC",
                    statement: request.statement,
                    position: field("P", of: result).flatMap { Int($0) }
                )
            )
        default: return .unexpected("it answered a statement with something other than rows")
        }
    }

    /// PQresultErrorField, by the letter that the protocol gives a field.
    private func field(_ letter: Unicode.Scalar, of result: OpaquePointer) -> String? {
        library.pointee.resultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }

    /// Does it, and tells of it.
    private func traced(
        _ request: Request,
        _ body: () throws(PostgresError) -> PostgresRows
    ) throws(PostgresError) -> PostgresRows {
        guard Trace.isOn else { return try body() }
        do throws(PostgresError) {
            let rows = try body()
            tell(request, rows.traced)
            return rows
        } catch {
            tell(request, .ended(error))
            throw error
        }
    }

    private func tell(_ request: Request, _ outcome: TraceEvent.Outcome) {
        Trace.tell(
            TraceEvent(
                target: target,
                subject: .statement(request.statement),
                duration: request.start.duration(to: .now),
                outcome: outcome
            )
        )
    }
}

/// The rows of a statement that was sent ahead.
final class AskedPage {
    let request: PostgresConnection.Request
    /// nil until they are taken in.
    var rows: PostgresRows?

    init(_ request: PostgresConnection.Request) { self.request = request }
}

/// The server of a session, and who we are there. Its texts come from the network.
package struct PostgresIdentity: Sendable, Equatable {
    /// Its version, such as `15.14 (Debian 15.14-0+deb12u1)`.
    package let version: [UInt8]
    /// The database.
    package let database: [UInt8]
    /// The role that we logged in as.
    package let user: [UInt8]
    /// Whether TLS is spoken.
    package let isEncrypted: Bool
}
