import Glibc

/// A folder for one test, removed with its files when the last reference goes.
final class TemporaryFolder {
    let path: String
    private var files: [String] = []

    init() {
        var template = Array("\(P_tmpdir)/caracalctl-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? ""
        }
    }

    /// Writes a file of these permissions and returns its path.
    func write(_ name: String, _ content: [UInt8], mode: mode_t = 0o600) -> String {
        let file = path + "/" + name
        files.append(file)
        let descriptor = open(file, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
        var offset = 0
        while offset < content.count {
            let written = content[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { break }
            offset += written
        }
        fchmod(descriptor, mode)
        close(descriptor)
        return file
    }

    /// Makes a symbolic link and returns its path.
    func link(_ name: String, to target: String) -> String {
        let file = path + "/" + name
        files.append(file)
        symlink(target, file)
        return file
    }

    deinit {
        for file in files { unlink(file) }
        rmdir(path)
    }
}
