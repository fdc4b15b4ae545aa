import Rendering

extension ScreenText {
    /// What a terminal is sent, to look for something in it.
    var shown: String { String(decoding: bytes, as: UTF8.self) }
}
