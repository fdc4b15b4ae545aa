import Glibc

/// Copies of strings as execve(2) takes them: zero-ended, in an array that NULL ends. Freed with the list.
struct CStringList: ~Copyable {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [[UInt8]]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, bytes) in strings.enumerated() {
            let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
            for (offset, byte) in bytes.enumerated() { text[offset] = CChar(bitPattern: byte) }
            text[bytes.count] = 0
            pointers[index] = text
        }
        pointers[count] = nil
    }

    init(_ strings: [String]) {
        self.init(strings.map { Array($0.utf8) })
    }

    deinit {
        for index in 0..<count { pointers[index]?.deallocate() }
        pointers.deallocate()
    }
}
