import Caracal
import Redis
import Rendering
import Text

/// One run of `exporter`: looks whenever it is asked, one look at a time, until a signal comes.
struct ExporterRun {
    private let session: Session
    private let limits: CheckLimits
    private let socket: ListeningSocket
    private let certificate: ScrapeServer.Certificate?
    private let token: BearerToken?

    /// Takes the address, before anything is said.
    init(
        _ session: Session,
        on address: ListenAddress,
        limits: CheckLimits,
        certificate: ScrapeServer.Certificate?,
        token: BearerToken?
    ) throws {
        self.session = session
        self.limits = limits
        self.certificate = certificate
        self.token = token
        socket = try ListeningSocket(address)
    }

    /// Serves. What is being answered when a signal comes is answered to its end.
    func run() throws -> ExitStatus {
        Interruption.catchSignals()
        let desk = try ScrapeDesk(ScrapeRules(token: token))
        let server = try ScrapeServer(desk, on: socket, certificate)
        session.sayWarnings()
        sayPlace()
        serve(desk)
        server.end()
        return .success
    }

    private func serve(_ desk: ScrapeDesk) {
        var body = ScrapeBody(limits: limits)
        while true {
            switch desk.next() {
            case .look(let deadline): desk.deliver(look(&body, until: deadline))
            case .fault(let error): session.say(.warning, code: .tokenUnusable, Failure(error).message)
            case .end: return
            }
        }
    }

    /// A signal ends it: what it came to by then may say that the server is away, which nobody knows.
    private func look(_ body: inout ScrapeBody, until deadline: Deadline) -> ScrapeAnswer {
        let text = body.look(session, within: deadline.remaining)
        return Interruption.signal == nil ? .metrics(text) : .ending
    }

    private func sayPlace() {
        let isSecret = certificate != nil
        if token != nil, !isSecret, !socket.isLocal {
            session.say(
                .warning,
                code: .tokenInTheClear,
                "without --tls-cert the bearer token crosses the network in the clear"
            )
        }
        let scheme = isSecret ? "https" : "http"
        session.say(.note, code: .listening, "listening on \(scheme)://\(socket.address.description)/metrics")
    }
}
