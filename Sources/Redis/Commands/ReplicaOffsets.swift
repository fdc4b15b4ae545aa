import RESP

/// `INFO replication`, for how far each replica has come: what WAIT tells of a connection's own writes, this tells of all.
package struct ReplicaOffsets: Request {
    /// Asks for it.
    package init() {}

    package var command: Command {
        Info("replication").command
    }

    /// Nil when the server does not tell its own offset, or how many replicas it has.
    package func read(_ reply: ReplyValue) -> Offsets? {
        guard let text = reply.text else { return nil }
        let fields = InfoFields(text)
        guard let own = fields.unsigned("master_repl_offset"), let count = fields.unsigned("connected_slaves") else {
            return nil
        }
        let replicas = (0..<min(count, 1_000)).compactMap { Self.offset(fields.bytes("slave\($0)")) }
        return Offsets(own: own, replicas: replicas)
    }

    /// The number in `ip=…,port=…,state=online,offset=1234,lag=0`.
    private static func offset(_ replica: [UInt8]?) -> UInt64? {
        let part = replica?.split(separator: UInt8(ascii: ",")).first { $0.starts(with: "offset=".utf8) }
        return part.flatMap { PlainNumber.unsigned(Array($0.dropFirst("offset=".utf8.count))) }
    }

    /// How far everybody has come in the history of writes, in bytes.
    package struct Offsets: Sendable, Equatable {
        /// The master.
        package let own: UInt64
        /// The replicas, as far as they have said.
        package let replicas: [UInt64]
    }
}
