/// A setting that cannot be used. One line that names the setting and never repeats a secret.
package struct SettingsError: Error, Sendable, Equatable {
    /// What is wrong and with which setting.
    package let message: String

    /// Wraps a message.
    package init(_ message: String) {
        self.message = message
    }
}
