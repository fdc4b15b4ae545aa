import Text

/// A setting that cannot be used. One line that names the setting and never repeats a secret.
package struct SettingsError: Error, Sendable, Equatable {
    /// What is wrong and with which setting.
    package let message: TerminalText
    /// Whether it is a value that was typed wrongly, and no fault of the surroundings.
    package let isTyped: Bool

    /// Wraps a message.
    ///
    /// - Parameter origin: where a value comes from that has no meaning; nil for any other fault.
    package init(_ message: TerminalText, valueOf origin: Origin? = nil) {
        self.message = message
        isTyped = if case .option = origin { true } else { false }
    }
}
