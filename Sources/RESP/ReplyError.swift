/// An error a server answered with: a definite refusal, unlike a `ProtocolError`.
package struct ReplyError: Error, Sendable, Equatable {
    /// The first word, by which errors are told apart (`WRONGTYPE`, `NOAUTH`); `ERR` when the text begins otherwise.
    package let code: String
    /// The whole text, code included, as the server sent it: not escaped, not necessarily UTF-8.
    package let message: [UInt8]

    /// An error of that text.
    package init(message: [UInt8]) {
        self.message = message
        code = Self.code(of: message)
    }

    private static func code(of message: [UInt8]) -> String {
        let word = message.prefix { $0 != ASCII.space }
        guard let first = word.first, ASCII.isUppercase(first), word.allSatisfy(isCodeByte) else { return "ERR" }
        return String(decoding: word, as: UTF8.self)
    }

    private static func isCodeByte(_ byte: UInt8) -> Bool {
        ASCII.isUppercase(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "_")
    }
}
