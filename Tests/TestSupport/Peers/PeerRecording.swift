import RESP

/// What a client has sent on one connection.
final class PeerRecording: Sendable {
    private let sent = Box<[UInt8]>([])

    var bytes: [UInt8] {
        sent.value
    }

    func append(_ bytes: [UInt8]) {
        sent.update { $0 += bytes }
    }

    /// The whole commands in it, each argument as text.
    var commands: [[String]] {
        var parser = ReplyParser()
        parser.append(bytes)
        var commands: [[String]] = []
        while let command = try? parser.next() {
            commands.append(command.root.elements.map { String(decoding: $0.text ?? [], as: UTF8.self) })
        }
        return commands
    }
}
