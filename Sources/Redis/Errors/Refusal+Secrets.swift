extension Refusal {
    /// An unknown command's refusal without the arguments it echoes, of which the server may have cut off a part.
    var withoutArguments: Refusal {
        guard isUnknownCommand, let comma = message.firstIndex(of: UInt8(ascii: ",")) else { return self }
        return Refusal(kind: kind, message: Array(message[..<comma]))
    }

    /// The refusal with `***` wherever it repeats a secret.
    func blanking(_ secret: Secret) -> Refusal {
        guard !secret.bytes.isEmpty else { return self }
        var text: [UInt8] = []
        var rest = message[...]
        while let byte = rest.first {
            let isSecret = rest.starts(with: secret.bytes)
            text += isSecret ? Array("***".utf8) : [byte]
            rest = rest.dropFirst(isSecret ? secret.bytes.count : 1)
        }
        var refusal = Refusal(kind: kind, message: text)
        refusal.missingRight = missingRight
        return refusal
    }
}
