import Caracal
import Redis

/// Who to be on the Sentinels. They have users of their own: those of the master are not sent to them.
package struct SentinelLogin: Sendable, Equatable {
    /// The ACL user; nil for the default user.
    package var user: Setting<String>?
    /// The password; nil to send none.
    package var password: Setting<Secret>?

    var credentials: Credentials? {
        guard user != nil || password != nil else { return nil }
        return Credentials(user: user?.value, password: password?.value ?? Secret([]))
    }

    /// Settles both. There is no option for them: they belong to the environment that the Sentinels are named in.
    static func resolve(
        _ source: SettingsSource
    ) throws(SettingsError) -> (login: SentinelLogin, warnings: [Finding]) {
        var login = SentinelLogin()
        login.user = source.variable("CARACALCTL_SENTINEL_USER")
        if let password = source.variable("CARACALCTL_SENTINEL_PASSWORD") {
            login.password = Setting(Secret(Array(password.value.utf8)), password.origin)
            return (login, [])
        }
        guard let path = source.variable("CARACALCTL_SENTINEL_PASSWORD_FILE") else { return (login, []) }
        let content = try source.content(of: path)
        login.password = Setting(content.value.secret, content.origin)
        return (login, content.value.isReadableByOthers ? [.openPasswordFile(content.origin)] : [])
    }
}
