/// The folders of a user that the XDG specification gives a place.
enum UserFolder {
    case configuration
    case state

    /// Our folder there; nil without a home. A variable that is not absolute is ignored, as the specification wants it.
    func path(_ source: SettingsSource) -> String? {
        if let folder = source.environment(variable), folder.hasPrefix("/") { return folder + "/caracalctl" }
        guard let home = source.environment("HOME"), home.hasPrefix("/") else { return nil }
        return "\(home)/\(fallback)/caracalctl"
    }

    private var variable: String {
        switch self {
        case .configuration: "XDG_CONFIG_HOME"
        case .state: "XDG_STATE_HOME"
        }
    }

    private var fallback: String {
        switch self {
        case .configuration: ".config"
        case .state: ".local/state"
        }
    }
}
