/// What the locale says of a terminal.
enum Locale {
    /// Whether text is UTF-8: by LC_ALL, LC_CTYPE and LANG, the first that is set.
    static func isUTF8(_ source: SettingsSource = .process) -> Bool {
        let value = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { source.variable($0)?.value }.first ?? ""
        let name = value.lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }
}
