/// Who publishes to a stream.
package enum Publisher: String, Sendable {
    case apiOutbox = "API outbox"
    case coordinatorOutbox = "Coordinator outbox"
    case auditService = "Audit service"
    case apiDirect = "API, direct XADD"
    case unknown
}
