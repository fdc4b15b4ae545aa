import Glibc

/// An `errno` value with the text a person reads.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The number, as in errno(3).
    package let code: Int32

    /// Wraps a number.
    package init(code: Int32) {
        self.code = code
    }

    /// The error the last failing call of this thread left behind.
    package static var last: SystemError {
        SystemError(code: errno)
    }

    /// strerror(3), as a clause.
    package var description: String {
        Self.clause(strerror(code))
    }

    /// A text of the C library, starting in lower case so that it fits into a sentence.
    static func clause(_ text: UnsafePointer<CChar>) -> String {
        let text = String(cString: text)
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
