import CPostgres
import Glibc
import Redis

extension PostgresConnection {
    /// Connects and logs in, within `timeouts.connect`: to the first of the servers that takes us. Names are looked up here,
    /// since libpq would wait for that without a deadline.
    ///
    /// The session is called `caracalctl`, speaks UTF-8, and its statements take at most `timeouts.command`
    /// (`statement_timeout` is a little less); one that only looks has `default_transaction_read_only`.
    ///
    /// - Parameter heedsInterrupts: whether a first request to stop ends it.
    package static func connect(
        to settings: PostgresSettings,
        timeouts: Timeouts,
        heedsInterrupts: Bool = true
    ) throws(PostgresError) -> PostgresConnection {
        guard let library = cpostgres_library() else {
            let reason = cpostgres_library_error().map { String(cString: $0) } ?? "it cannot be opened"
            throw PostgresError(target: "Postgres", phase: .connecting, cause: .noLibrary(reason: reason))
        }
        if !settings.usesEnvironment { cpostgres_forget_environment() }
        let parameters: ConnectParameters
        do throws(UnusableSettings) {
            parameters = try ConnectParameters(settings, answeringWithin: timeouts.command, library)
        } catch {
            throw PostgresError(
                target: "Postgres",
                phase: .connecting,
                cause: .settings(reason: error.reason),
                namedBy: settings.namedBy
            )
        }
        for secret in parameters.secrets { SentSecrets.note(secret) }
        var deadline = timeouts.capped(.after(timeouts.connect))
        let dial = PostgresDial(
            library: library,
            settings: settings,
            parameters: parameters,
            timeouts: timeouts,
            allowance: deadline.allowance
        )
        deadline.heedsInterrupts = heedsInterrupts
        return try dial.run(until: deadline)
    }
}

/// The way to a session: every address of every server, in turn.
private struct PostgresDial {
    let library: UnsafePointer<cpostgres_library>
    let settings: PostgresSettings
    let parameters: ConnectParameters
    let timeouts: Timeouts
    /// How long all of it may take: the time to connect, or what is left for everything where that is less.
    let allowance: Duration

    func run(until deadline: Deadline) throws(PostgresError) -> PostgresConnection {
        let candidates = parameters.candidates
        var failure: PostgresError?
        for (place, candidate) in candidates.enumerated() {
            do throws(PostgresError) {
                return try connect(candidate, until: deadline.share(of: candidates.count - place))
            } catch {
                // Only where a server cannot be had is the next one asked: no password goes to all of them in turn.
                guard Self.leadsOn(error.cause) else { throw error }
                failure = error
            }
        }
        throw failure ?? error(.settings(reason: "no server is named"), "Postgres")
    }

    private static func leadsOn(_ cause: PostgresError.Cause) -> Bool {
        switch cause {
        case .link(.interrupted): false
        case .link: true
        case .refused(let refusal): [.notReady, .tooManyConnections, .readOnly].contains(refusal.kind)
        case .unexpected, .noLibrary, .settings, .tls, .noPassword: false
        }
    }

    private func connect(
        _ candidate: ConnectParameters.Candidate,
        until deadline: Deadline
    ) throws(PostgresError) -> PostgresConnection {
        let addresses = try addresses(of: candidate, until: deadline)
        var failure: PostgresError?
        for (place, address) in addresses.enumerated() {
            do throws(PostgresError) {
                return try traced(candidate.target) { () throws(PostgresError) in
                    try open(candidate, at: address, until: deadline.share(of: addresses.count - place))
                }
            } catch {
                guard Self.leadsOn(error.cause) else { throw error }
                failure = error
            }
        }
        throw failure ?? error(.link(.unresolvable(reason: "the name has no address")), candidate.target)
    }

    /// The numeric addresses of a host; one that is nil where none is to be looked up.
    private func addresses(
        of candidate: ConnectParameters.Candidate,
        until deadline: Deadline
    ) throws(PostgresError) -> [String?] {
        guard candidate.needsLookUp else { return [nil] }
        do throws(LinkError) {
            return try Resolver.addresses(of: candidate.host, port: 0, until: deadline).compactMap(Self.numeric)
        } catch {
            throw self.error(cause(error), candidate.target)
        }
    }

    private static func numeric(_ address: SocketAddress) -> String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = address.withSockAddr { getnameinfo($0, $1, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) }
        return status == 0
            ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// PQconnectStartParams, and PQconnectPoll until it has come to an end.
    private func open(
        _ candidate: ConnectParameters.Candidate,
        at address: String?,
        until deadline: Deadline
    ) throws(PostgresError) -> PostgresConnection {
        let values = parameters.values(for: candidate, at: address)
        let names = CTexts(values.map { Array($0.name.utf8) } + [nil])
        let texts = CTexts(values.map(\.value) + [nil])
        let handle = withExtendedLifetime((names, texts)) {
            cpostgres_connect_start(library, names.pointers, texts.pointers)
        }
        guard let handle else { throw error(.settings(reason: "libpq is out of memory"), candidate.target) }
        let target = target(candidate, handle)
        do throws(PostgresError) {
            try poll(handle, target, until: deadline)
        } catch {
            library.pointee.finish(handle)
            throw error
        }
        // ~/.pgpass may have given it.
        if let password = library.pointee.pass(handle) {
            SentSecrets.note(Secret(Array(String(cString: password).utf8)))
        }
        return PostgresConnection(library, handle, target: target, settings: settings, timeouts: timeouts)
    }

    private func poll(_ handle: OpaquePointer, _ target: String, until deadline: Deadline) throws(PostgresError) {
        let (failed, wantsToRead, isDone): (Int32, Int32, Int32) = (0, 1, 3)
        // Until the first call nothing but the end of connect(2) is due, which lets us write.
        var state: Int32 = library.pointee.status(handle) == Self.isBad ? failed : 2
        while state != isDone {
            guard state != failed else { throw error(ConnectMessage(message(handle)).cause, target) }
            do throws(LinkError) {
                let events = state == wantsToRead ? POLLIN : POLLOUT
                try Poll.wait(for: library.pointee.socket(handle), events: Int16(events), until: deadline)
                // A peer that sends on and on must not outlast the deadline.
                if deadline.hasPassed { throw .timedOut(after: allowance) }
            } catch {
                throw self.error(cause(error), target)
            }
            state = library.pointee.connectPoll(handle)
        }
    }

    private static let isBad: Int32 = 1

    /// The share of one address is nobody's setting.
    private func cause(_ error: LinkError) -> PostgresError.Cause {
        if case .timedOut = error { .link(.timedOut(after: allowance)) } else { .link(error) }
    }

    /// How messages name the server, where libpq knows the folder of its own socket.
    private func target(_ candidate: ConnectParameters.Candidate, _ handle: OpaquePointer) -> String {
        guard candidate.host.isEmpty, let host = library.pointee.host(handle) else { return candidate.target }
        return "\(String(cString: host))/.s.PGSQL.\(candidate.port)"
    }

    private func message(_ handle: OpaquePointer) -> String {
        library.pointee.errorMessage(handle).map { String(cString: $0) } ?? ""
    }

    private func error(_ cause: PostgresError.Cause, _ target: String) -> PostgresError {
        PostgresError(target: target, phase: .connecting, cause: cause, namedBy: settings.namedBy)
    }

    /// Takes a step, and tells of it.
    private func traced<Value>(
        _ target: String,
        _ body: () throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value {
        guard Trace.isOn else { return try body() }
        let start = ContinuousClock.now
        let tell = { (outcome: TraceEvent.Outcome) in
            let duration = start.duration(to: .now)
            Trace.tell(TraceEvent(target: target, subject: .connect, duration: duration, outcome: outcome))
        }
        do throws(PostgresError) {
            let value = try body()
            tell(.done)
            return value
        } catch {
            tell(.ended(error))
            throw error
        }
    }
}
