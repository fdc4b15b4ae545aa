import Glibc
import Redis

/// A redis-server program on this machine.
package enum ServerProgram {
    /// The file of a program, looked up in PATH unless its name has a slash.
    package static func find(_ name: String) throws(SandboxError) -> String {
        let file: String
        do {
            file = try ExecutableSearch.find(name, path: Environment.current["PATH"])
        } catch {
            throw error.reason.code == ENOENT ? .notFound(program: name) : .notExecutable(reason: error.description)
        }
        guard access(file, F_OK) == 0 else { throw .notFound(program: name) }
        return absolute(file)
    }

    /// The version a program says it has (`redis-server --version`), such as `7.0.15`; nil when it does not say.
    package static func version(of file: String, within time: Duration = .seconds(5)) -> String? {
        guard let pipe = try? Pipe() else { return nil }
        let program = ChildCommand(file, ["--version"])
        let started = try? program.start(output: pipe.input.number)
        guard let process = started, process.wait(until: .after(time)) == .exited(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(pipe.output.number, &bytes, bytes.count)
        return parseVersion(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
    }

    /// The version in `Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=…`.
    static func parseVersion(_ text: String) -> String? {
        guard let word = text.split(separator: " ").first(where: { $0.hasPrefix("v=") }) else { return nil }
        let version = word.dropFirst(2)
        guard !version.isEmpty, version.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }) else { return nil }
        return String(version)
    }

    /// The server runs in its own folder, where a relative name would mean something else. Links stay: Debian's
    /// redis-server is one, and the program acts on the name it is called by.
    private static func absolute(_ file: String) -> String {
        guard !file.hasPrefix("/"), let folder = getcwd(nil, 0) else { return file }
        defer { free(folder) }
        return String(cString: folder) + "/" + file
    }
}
