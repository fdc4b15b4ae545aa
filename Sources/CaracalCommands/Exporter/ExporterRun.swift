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

    /// Takes the address, before anything is said. From then on a signal ends it in order.
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
        // Before anybody can reach it: one who does may send the signal that ends it.
        Interruption.catchSignals()
        socket = try ListeningSocket(address)
    }

    /// Serves. What is being answered when a signal comes is answered to its end.
    func run() throws -> ExitStatus {
        let queue = try ScrapeQueue(ScrapeRules(token: token))
        let server = try ScrapeServer(queue, on: socket, certificate)
        try queue.keepTime()
        session.sayWarnings()
        sayPlace()
        serve(queue)
        server.end()
        return .success
    }

    private func serve(_ queue: ScrapeQueue) {
        var body = ScrapeBody(limits: limits)
        while true {
            switch queue.next() {
            case .look(let deadline): queue.deliver(look(&body, until: deadline, queue), ofLookUntil: deadline)
            case .fault(let error): session.say(.warning, code: .tokenUnusable, CommandError(error).message)
            case .cutShort(let time): session.say(.warning, code: .incompleteLook, Self.cutShort(time))
            case .end: return
            }
        }
    }

    /// A signal ends it: what it came to by then may say that the server is away, which nobody knows.
    private func look(_ body: inout ScrapeBody, until deadline: Deadline, _ queue: ScrapeQueue) -> ScrapeAnswer {
        let text = body.look(session, until: deadline) { queue.note($0) }
        return Interruption.signal == nil ? .metrics(text) : .ending
    }

    /// Of a scrape that joined another one's look.
    private static func cutShort(_ time: Duration) -> TerminalText {
        """
        a scrape was not whole: its time was over after \(time.text), which follows from its X-Prometheus-Scrape-Timeout-Seconds, while \
        the look that it had joined went on (said once)
        """
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
        guard !session.output.isQuiet.value else { return }
        let scheme = isSecret ? "https" : "http"
        session.say(.note, code: .listening, "listening on \(scheme)://\(socket.address.description)/metrics")
    }
}
