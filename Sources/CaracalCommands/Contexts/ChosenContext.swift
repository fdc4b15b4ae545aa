import Text

/// The context that a run goes by, and who chose it.
///
/// The rule, in one place: exactly one source names the server. An option does; else a context that was chosen for this
/// run (`--context`, then `CARACALCTL_CONTEXT`); else the environment; else the context in use; else the default. A context is
/// a whole: when it is the source, nothing of another server is mixed into it. Options go over its values, and what the
/// environment says of a server, its user, its password or its TLS is not read; nor is a signing key that the context
/// names a file for. When it is not the source, nothing of it is read.
struct ChosenContext: Sendable, Equatable {
    /// What it says.
    let context: Context
    /// Who chose it.
    let origin: Origin

    /// The context to go by; nil for none. Files are opened only when one may be meant.
    static func choose(_ options: ConnectionOptions, _ source: SettingsSource) throws(SettingsError) -> ChosenContext? {
        let servers = [
            ("--url", options.url), ("--host", options.host), ("--socket", options.socket),
            ("--sentinel", options.sentinel),
        ]
        let named = servers.first { $0.1 != nil }?.0
        if let name = options.context {
            if let named { throw SettingsError("--context and \(named) contradict each other: give one") }
            return try choose(Setting(name, .option("--context")), source)
        }
        guard named == nil else { return nil }
        if let name = source.variable("CARACALCTL_CONTEXT") {
            if let other = Self.wholeAddresses.first(where: source.has) {
                throw SettingsError("CARACALCTL_CONTEXT and \(other) contradict each other: give one")
            }
            return try choose(name, source)
        }
        return variable(in: source) == nil ? try inUse(source) : nil
    }

    /// The variable that names a server, and goes before the context in use; nil for none.
    static func variable(in source: SettingsSource) -> String? {
        // What Kubernetes puts into every container is nobody's choice of a server.
        let isLink = AddressSource.serviceLink(source) != nil
        let names = ["CARACALCTL_CONTEXT"] + serverVariables
        return names.first { source.has($0) && !($0 == "REDIS_PORT" && isLink) }
    }

    private static func choose(
        _ name: Setting<String>,
        _ source: SettingsSource
    ) throws(SettingsError) -> ChosenContext {
        let context = try ContextStore(source).read().named(name.value, by: "\(name.origin)")
        return ChosenContext(context: context, origin: name.origin)
    }

    private static func inUse(_ source: SettingsSource) throws(SettingsError) -> ChosenContext? {
        let store = ContextStore(source)
        guard store.path != nil else { return nil }
        let file = try store.read()
        return file.current.flatMap { file[$0] }.map { ChosenContext(context: $0, origin: .contextInUse) }
    }

    /// Each of these names a server all by itself.
    private static let wholeAddresses = [
        "CARACALCTL_URL", "CARACALCTL_HOST", "CARACALCTL_SOCKET", "CARACALCTL_SENTINEL",
    ]

    /// Any of these names a server.
    private static let serverVariables = [
        "CARACALCTL_URL", "CARACALCTL_HOST", "CARACALCTL_SOCKET", "CARACALCTL_PORT", "CARACALCTL_SENTINEL", "REDIS_URL",
        "REDIS_URL_FILE", "REDIS_HOST", "REDIS_PORT",
    ]
}

extension ChosenContext {
    /// What a variable comes to under this context; nil to ask the environment.
    func answer(_ variable: String, _ source: SettingsSource) -> Answer? {
        if let key = ContextKey.allCases.first(where: { $0.variable == variable }), let value = context.values[key] {
            let text = key.kind == .path ? source.expanded(value) : value
            return .value(Setting(text, .context(context.name)))
        }
        if variable == "CARACALCTL_CONTEXT" || SettingVariables.process.contains(variable) { return nil }
        let isAboutServers = ["CARACALCTL_", "REDIS", "DATABASE_URL", "PG"].contains(where: variable.hasPrefix)
        return isAboutServers || isKeyBesideFile(variable) ? .nothing : nil
    }

    /// What a context says of a variable.
    enum Answer {
        case value(Setting<String>)
        /// Nothing, and neither does the environment.
        case nothing
    }

    /// A key in the environment, where the context names the file that is meant.
    private func isKeyBesideFile(_ variable: String) -> Bool {
        variable == "STREAMS_HMAC_KEY" && context.values[.streamsKeyFile] != nil
            || variable == "AUDIT_HMAC_KEY" && context.values[.auditKeyFile] != nil
    }
}
