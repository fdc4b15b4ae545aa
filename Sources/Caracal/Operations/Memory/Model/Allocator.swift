/// How the server's memory allocator rounds up, by the name that INFO gives it.
package enum Allocator: Sendable, Equatable {
    /// jemalloc: four sizes between two powers of two. What Redis is built with on Linux unless someone says otherwise.
    case jemalloc
    /// The C library's, taken to be glibc's: multiples of 16, less the 8 bytes of its own header.
    case libc

    /// Reads INFO's `mem_allocator`; what is unknown is taken for jemalloc.
    package init(name: [UInt8]?) {
        self = name?.starts(with: Array("libc".utf8)) == true ? .libc : .jemalloc
    }

    /// What `used_memory` grows by when so many bytes are asked for.
    package func allocated(_ bytes: Int) -> Int {
        switch self {
        case .jemalloc: Self.sizeClass(bytes)
        case .libc: max(24, (bytes + 23) / 16 * 16 - 8)
        }
    }

    private static func sizeClass(_ bytes: Int) -> Int {
        if bytes <= 8 { return 8 }
        if bytes <= 128 { return (bytes + 15) / 16 * 16 }
        let power = Int.bitWidth - (bytes - 1).leadingZeroBitCount
        let step = 1 << (power - 3)
        return (bytes + step - 1) / step * step
    }
}
