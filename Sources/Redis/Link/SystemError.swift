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

    /// strerror(3), starting in lower case so that it fits into a sentence.
    package var description: String {
        let text = String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
