import Glibc
import Redis

/// A redis-server program on this machine.
enum ServerProgram {
    /// The file of a program, looked up in PATH unless its name has a slash.
    static func find(_ name: String) throws(SandboxError) -> String {
        let file: String
        do {
            file = try ExecutableSearch.find(name, path: Environment.current["PATH"])
        } catch {
            throw error.reason.code == ENOENT ? .notFound(program: name) : .notExecutable(reason: error.description)
        }
        guard access(file, F_OK) == 0 else { throw .notFound(program: name) }
        return absolute(file)
    }

    /// The server runs in its own folder, where a relative name would mean something else. Links stay: Debian's
    /// redis-server is one, and the program acts on the name it is called by.
    private static func absolute(_ file: String) -> String {
        guard !file.hasPrefix("/"), let folder = getcwd(nil, 0) else { return file }
        defer { free(folder) }
        return String(cString: folder) + "/" + file
    }
}
