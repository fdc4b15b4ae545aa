import Text

extension Collection<UInt8> {
    /// The bytes as text for a format with escapes of its own, JSON and labels of metrics: UTF-8 as it stands but for the
    /// backslash, which is doubled; where it is no UTF-8, its high bytes as `\xHH`. No two names share a text.
    package var readable: String { TerminalText(self).json }
}
