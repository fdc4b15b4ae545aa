import Glibc

/// A file descriptor that is closed when its owner lets go of it.
package struct Descriptor: ~Copyable, Sendable {
    /// The number the system knows it by.
    package let number: Int32

    /// Takes over an open descriptor; a negative number stands for none.
    package init(_ number: Int32) {
        self.number = number
    }

    deinit {
        if number >= 0 { close(number) }
    }
}
