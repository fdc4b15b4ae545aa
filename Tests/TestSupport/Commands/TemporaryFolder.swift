import Glibc
import Redis
import RedisSandbox

/// A folder of a test's own, removed with the last reference to it.
package final class TemporaryFolder: Sendable {
    /// Its absolute path.
    package let path: String

    /// Makes one that only this user can enter.
    package init() throws {
        guard let path = FileTree.makeTemporary(in: "/tmp") else { throw SystemError.last }
        self.path = path
    }

    deinit {
        FileTree.remove(path)
    }

    /// Writes a file in it and returns the file's path.
    @discardableResult
    package func write(_ name: String, _ bytes: some Collection<UInt8>, mode: mode_t = 0o600) throws -> String {
        let file = path + "/" + name
        let descriptor = Descriptor(open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode))
        let content = Array(bytes)
        guard descriptor.number >= 0, Glibc.write(descriptor.number, content, content.count) == content.count,
            fchmod(descriptor.number, mode) == 0
        else { throw SystemError.last }
        return file
    }

    /// Writes a text file in it and returns the file's path.
    @discardableResult
    package func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }

    /// Reads a file whole.
    package static func read(_ file: String) throws -> [UInt8] {
        let descriptor = Descriptor(open(file, O_RDONLY | O_CLOEXEC))
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor.number, &chunk, chunk.count)
            guard count >= 0 else { throw SystemError.last }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
        }
    }
}
