import Redis
import Text

extension HealthCheck {
    /// From this many days on there is nothing to say of a certificate's end.
    private static let days = 21

    static let certificate = HealthCheck(
        "tls-certificate",
        subject: "How long the server's TLS certificate is still valid: a warning below 21 days.",
        reason: """
            Once it has expired, no service that checks it connects any more. An expired one is seen here only with \
            --insecure: without it the connection is refused.
            """,
        remedy: "Renew the certificate, and have the server load it (CONFIG SET tls-cert-file, or a restart).",
        urgency: .later
    ) { (server: ServerExamination) in
        guard let certificate = server.certificate else {
            return Inspection(of: [server.isRemote]) {
                $0 ? [CheckOutcome(.note, "the connection is not encrypted", fix: "rediss://, or --tls")] : []
            }.or("the connection stays on this machine and needs no TLS")
        }
        let evidence: Evidence = "\(certificate.subject), valid until \(certificate.end)"
        guard let left = certificate.left else {
            let outcome = CheckOutcome(
                .unknown,
                "when the server's certificate ends cannot be read",
                evidence: evidence
            )
            return Inspection(of: [outcome]) { [$0] }
        }
        return Inspection(of: [left]) { left in
            let fix: TerminalText = "renew the server's certificate and load it: CONFIG SET tls-cert-file, or a restart"
            if left < 0 {
                return [CheckOutcome(.failure, "the server's certificate has expired", evidence: evidence, fix: fix)]
            }
            guard left / 86_400 < days else { return [] }
            let finding: Evidence =
                "the server's certificate expires in \(left / 86_400 == 1 ? "1 day" : "\(left / 86_400) days")"
            return [CheckOutcome(.warning, finding, evidence: evidence, fix: fix)]
        }.or("the server's certificate is valid for \(left / 86_400) days")
    }
}
