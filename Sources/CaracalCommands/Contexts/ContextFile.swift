import Rendering
import Text

/// The configuration file: its lines, and the contexts they come to.
///
/// ```toml
/// current = "staging"
///
/// [contexts.prod]
/// url = "rediss://redis.prod:6379"
/// password_file = "/run/secrets/redis"
/// protected = true
/// ```
struct ContextFile: Equatable {
    /// Where it is.
    let path: String
    /// Its lines, without their line feeds; comments stay where they are when it is changed.
    var lines: [String]
    /// The contexts, in the order of the file.
    private(set) var contexts: [Context] = []
    /// The name of the context in use, from `current`.
    private(set) var current: String?
    /// The name of the one that was in use before it, from `previous`; it need not be there any more.
    private(set) var previous: String?

    /// A file that does not exist yet.
    init(path: String) {
        self.path = path
        lines = []
    }

    /// Reads the content. An error names file, line and mistake.
    init(path: String, _ content: [UInt8]) throws(SettingsError) {
        self.path = path
        guard let text = String(validating: content, as: UTF8.self) else {
            throw SettingsError("\(path) is not UTF-8")
        }
        // By bytes, since CR LF is one character.
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(Substring($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0))
        }
        if lines.last == "" { lines.removeLast() }
        for number in lines.indices { try read(number) }
        if let current, self[current] == nil {
            throw SettingsError("\(path): current names \(current), which is not there")
        }
    }

    /// The context of a name.
    subscript(name: String) -> Context? {
        contexts.first { $0.name == name }
    }

    /// The context of a name, which must be there.
    func named(_ name: String, by origin: String) throws(SettingsError) -> Context {
        if let context = self[name] { return context }
        let advice =
            NearestMatch.find(name, in: contexts.map(\.name)).map { "did you mean \($0)?" }
            ?? (contexts.isEmpty ? "there are none: caracalctl context add" : "caracalctl context ls shows them")
        throw SettingsError("\(origin): there is no context \(name) (\(advice))")
    }

    private mutating func read(_ number: Int) throws(SettingsError) {
        do throws(ContextLine.SyntaxError) {
            switch try ContextLine(lines[number][...]) {
            case .empty: break
            case .section(let name):
                guard self[name] == nil else { throw ContextLine.SyntaxError(reason: "\(name) is there twice") }
                contexts.append(Context(name: name))
            case .assignment(let key, let value): try assign(key, value)
            }
        } catch {
            throw SettingsError("\(path):\(number + 1): \(error.reason)")
        }
    }

    private mutating func assign(_ name: String, _ value: ContextLine.Value) throws(ContextLine.SyntaxError) {
        guard let last = contexts.indices.last else { return try assignChoice(name, value) }
        guard let key = ContextKey(rawValue: name) else {
            let nearest = NearestMatch.find(name, in: ContextKey.allCases.map(\.rawValue))
            throw .init(reason: "\(name) is no setting of a context\(nearest.map { " (did you mean \($0)?)" } ?? "")")
        }
        guard contexts[last].values[key] == nil else { throw .init(reason: "\(name) is there twice") }
        switch value {
        case .flag(let flag):
            guard key.kind == .flag else { throw .init(reason: "\(name) is a text: it stands in quotes") }
            contexts[last].values[key] = flag ? "true" : "false"
        case .text(let text):
            guard key.kind != .flag else { throw .init(reason: "\(name) is true or false, without quotes") }
            if let fault = Context.fault(in: text, of: key) { throw .init(reason: "\(fault)") }
            contexts[last].values[key] = text
        }
    }

    private mutating func assignChoice(_ name: String, _ value: ContextLine.Value) throws(ContextLine.SyntaxError) {
        guard ["current", "previous"].contains(name), case .text(let text) = value, Context.isName(text) else {
            throw .init(reason: "only current = \"NAME\" stands before the first [contexts.NAME]")
        }
        let choice = name == "current" ? \ContextFile.current : \ContextFile.previous
        guard self[keyPath: choice] == nil else { throw .init(reason: "\(name) is there twice") }
        self[keyPath: choice] = text
    }
}

// Changes are made to the lines, so that comments and the order stay as their author left them; the result is read again.
extension ContextFile {
    /// The same file with another context in use, or none; the former one is the previous one from then on.
    func using(_ name: String?) throws(SettingsError) -> ContextFile {
        try choosing(name, after: current ?? previous)
    }

    /// The same file with these two as the context in use and the previous one.
    private func choosing(_ name: String?, after former: String?) throws(SettingsError) -> ContextFile {
        var lines = lines
        lines.removeAll { line in
            switch try? ContextLine(line[...]) {
            case .assignment("current", _), .assignment("previous", _): true
            default: false
            }
        }
        let top = lines.prefix { $0.hasPrefix("#") }.count
        let choices = [("current", name), ("previous", former)].compactMap { key, value in
            value.map { ContextLine.written(key, $0) }
        }
        lines.insert(contentsOf: choices, at: top)
        let end = top + choices.count
        if !choices.isEmpty, lines.count > end, lines[end] != "" { lines.insert("", at: end) }
        return try rewritten(lines)
    }

    /// The same file with another name for a context, also where it is in use.
    func renaming(_ former: String, to name: String) throws(SettingsError) -> ContextFile {
        let renamed = lines.map { line in
            guard case .section(former) = try? ContextLine(line[...]), let end = line.firstIndex(of: "]") else {
                return line
            }
            return "[contexts.\(name)\(line[end...])"
        }
        var file = self
        file.lines = renamed
        return try file.choosing(current == former ? name : current, after: previous == former ? name : previous)
    }

    /// The same file with one context more, at its end.
    func adding(_ context: Context) throws(SettingsError) -> ContextFile {
        var lines = lines
        if let last = lines.last, last != "" { lines.append("") }
        lines.append("[contexts.\(context.name)]")
        for key in ContextKey.allCases {
            guard let value = context.values[key] else { continue }
            lines.append(
                key.kind == .flag ? "\(key.rawValue) = \(value)" : ContextLine.written(key.rawValue, value)
            )
        }
        return try rewritten(lines)
    }

    /// The same file without a context; it is in use no more either.
    func removing(_ name: String) throws(SettingsError) -> ContextFile {
        let file =
            [current, previous].contains(name)
            ? try choosing(current == name ? nil : current, after: previous == name ? nil : previous) : self
        var isInside = false
        let kept = file.lines.filter { line in
            if case .section(let section) = try? ContextLine(line[...]) { isInside = section == name }
            return !isInside
        }
        return try rewritten(kept)
    }

    private func rewritten(_ lines: [String]) throws(SettingsError) -> ContextFile {
        try ContextFile(path: path, Array(lines.drop { $0.isEmpty }.map { $0 + "\n" }.joined().utf8))
    }
}
