import Glibc
import Redis
import Rendering
import Text

/// Where a report goes: files of their own, complete or not there, or standard output.
struct ReportFiles {
    private let html: String?
    private let markdown: String?
    private let replaces: Bool

    /// Refuses what could not be written later, before anything is sent: a recording may take hours.
    ///
    /// - Parameter replaces: whether a file that exists is replaced.
    init(html: String?, markdown: String?, replaces: Bool) throws(CommandError) {
        self.html = html
        self.markdown = markdown ?? (html == nil ? "-" : nil)
        self.replaces = replaces
        for path in [html, markdown].compactMap(\.self) where path != "-" { try Self.check(path, replaces) }
        if let html, html == markdown {
            throw CommandError(.usage, "--html and --md name the same file: \(html)")
        }
    }

    private static func check(_ path: String, _ replaces: Bool) throws(CommandError) {
        if !replaces, access(path, F_OK) == 0 {
            throw CommandError(.configuration, "\(path) exists already (--force replaces it)")
        }
        let folder = FilePath.folder(of: path)
        guard access(folder, W_OK | X_OK) == 0 else {
            throw CommandError(.configuration, "cannot write \(path): \(SystemError.last)")
        }
    }

    /// Writes the document wherever it goes, files first: nobody may read standard output any more.
    func write(_ document: Document, _ session: Session, verdict: TerminalText) throws {
        var said: [TerminalText] = []
        for (path, isHTML) in [(html, true), (markdown, false)] {
            guard let path, path != "-" else { continue }
            let bytes = isHTML ? HTMLDocument(document).bytes : MarkdownDocument(document).bytes
            try write(bytes, to: path)
            said.append("\(path): \(verdict) (\(Format.size(bytes: bytes.count)))")
        }
        if html == "-" { try session.stream.write(asTheyAre: HTMLDocument(document).bytes) }
        if markdown == "-" { try session.stream.write(asTheyAre: MarkdownDocument(document).bytes) }
        guard !session.output.isQuiet.value, html != "-", markdown != "-" else { return }
        for line in said { try session.stream.write("\(line)\n") }
    }

    private func write(_ bytes: [UInt8], to path: String) throws(CommandError) {
        guard !replaces else { return try ReplacedFile.write(named: path, bytes, mode: 0o600) }
        do {
            try ReplacedFile.create(path, bytes, mode: 0o600)
        } catch {
            guard error.code == EEXIST else { throw .writing(path, error) }
            throw CommandError(.configuration, "\(path) exists already (--force replaces it)")
        }
    }
}
