/// A setting that is used as it is, and may not be meant.
package struct SettingsWarning: Sendable, Equatable {
    /// A stable name for scripts.
    package let code: String
    /// One sentence.
    package let message: String

    /// A password's file that is open to others.
    static func passwordFileReadable(_ origin: Origin) -> SettingsWarning {
        SettingsWarning(
            code: "password_file_readable",
            message: "the file in \(origin) can be read by others than its owner: chmod 600 it"
        )
    }
}
