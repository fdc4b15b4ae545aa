// Changes are made to the lines, so that comments and the order stay as their author left them; the result is read again.
extension ContextFile {
    /// The same file with another context in use, or none.
    func using(_ name: String?) throws(SettingsError) -> ContextFile {
        var lines = lines
        lines.removeAll { line in
            if case .assignment("current", _) = try? ContextLine(line[...]) { true } else { false }
        }
        if let name {
            let top = lines.prefix { $0.hasPrefix("#") }.count
            lines.insert(ContextLine.written("current", name), at: top)
            if lines.count > top + 1, lines[top + 1] != "" { lines.insert("", at: top + 1) }
        }
        return try rewritten(lines)
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
        let file = current == name ? try using(nil) : self
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
