import Glibc
import Redis

/// Finds a program the way a shell does.
package enum ExecutableSearch {
    /// The file behind a name: a name with a slash is the file itself, any other is looked for in `path`, folder by
    /// folder (an empty folder is the working folder). Throws a ``SpawnError`` when nothing there can be run.
    package static func find(_ name: String, path: String?) throws(SpawnError) -> String {
        if name.contains("/") { return name }
        var reason = SystemError(code: ENOENT)
        let folders = (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":", omittingEmptySubsequences: false)
        for folder in folders where !name.isEmpty {
            let file = (folder.isEmpty ? "." : folder) + "/" + name
            guard isRegularFile(file) else { continue }
            if access(file, X_OK) == 0 { return file }
            reason = SystemError.last
        }
        throw SpawnError(program: name, reason: reason)
    }

    private static func isRegularFile(_ file: String) -> Bool {
        var information = stat()
        return stat(file, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
    }
}
