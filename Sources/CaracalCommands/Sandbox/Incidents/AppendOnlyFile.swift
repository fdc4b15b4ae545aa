import Glibc
import RedisSandbox

/// The file that a private server appends its writes to.
struct AppendOnlyFile {
    private let path: String

    /// From Redis 7.0 on it is the newest of several, in a folder of their own; nil when there is none.
    init?(of server: SandboxServer) {
        let folder = server.folderPath + "/appendonlydir"
        let parts = FileTree.names(in: folder)?.filter { $0.hasSuffix(".incr.aof") } ?? []
        let newest = parts.max { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
        path = newest.map { folder + "/" + $0 } ?? server.folderPath + "/appendonly.aof"
        guard access(path, R_OK | W_OK) == 0 else { return nil }
    }

    /// Its size in bytes.
    var size: off_t {
        var information = stat()
        return stat(path, &information) == 0 ? information.st_size : 0
    }

    /// Takes away what lies behind this size.
    func cut(to size: off_t) {
        truncate(path, size)
    }
}
