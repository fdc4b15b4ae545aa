import Glibc

/// Folders made and removed whole.
package enum FileTree {
    /// Makes a folder that only this user can enter; nil, with errno set, when that fails.
    package static func makeTemporary(in parent: String) -> String? {
        var template = Array((parent + "/caracalctl-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a file, or a folder with all that is in it. Links are removed, never followed.
    package static func remove(_ path: String) {
        guard unlink(path) != 0, errno == EISDIR else { return }
        for name in names(in: path) ?? [] { remove(path + "/" + name) }
        rmdir(path)
    }

    /// The names in a folder; nil, with errno set, when it cannot be read.
    package static func names(in path: String) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
