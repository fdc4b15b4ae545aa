/// Who wrote a dead letter, which is how it holds its source entry.
package enum DeadLetterShape: String, Sendable {
    /// The Audit service: each source field under `src_`.
    case audit
    /// STS and Gateway: the source fields as a JSON object in `values`, the dead letter signed for its own stream.
    case service
    /// The revocation connectors: the source fields as a JSON object in `payload`, the dead letter unsigned.
    case connector
    /// None of these: no source entry can be found in it.
    case unknown
}
