import CEditline
import Glibc
import Rendering

/// Reads lines at the terminal: with libedit where the terminal can move its cursor, plainly where it cannot.
final class LineEditor {
    /// What came of asking for a line.
    enum Input: Equatable {
        case line(String)
        /// Ctrl-C: what was typed does not count.
        case cancelled
        /// Ctrl-D, or the terminal has gone.
        case closed
        /// A signal asks the process to stop.
        case stopped
    }

    /// What can stand where the cursor is.
    enum Offer {
        case words([String])
        /// What a word begins with: no blank is to follow.
        case stems([String])
        case files
    }

    /// Whether the terminal can move its cursor.
    let canEdit: Bool
    private let complete: (String) -> Offer

    /// - Parameters:
    ///   - canEdit: whether the terminal can move its cursor.
    ///   - keeps: how many lines of history are kept at hand.
    ///   - complete: says what can stand behind what was typed.
    init(canEdit: Bool, keeps: Int32, complete: @escaping (String) -> Offer) {
        self.canEdit = canEdit
        self.complete = complete
        guard canEdit else { return }
        let owner = Unmanaged.passUnretained(self).toOpaque()
        ceditline_open("caracalctl", keeps, { LineEditor.offer($0, $1, $2) }, owner)
    }

    /// Asks for a line.
    func read(_ prompt: ScreenText) -> Input {
        var end = CEDITLINE_CLOSED
        let prompt = String(decoding: prompt.bytes, as: UTF8.self)
        let text = canEdit ? ceditline_read(prompt, &end) : ceditline_read_plain(prompt, &end)
        defer { free(text) }
        switch end {
        case CEDITLINE_LINE: return text.map { .line(String(cString: $0)) } ?? .closed
        case CEDITLINE_CANCELLED: return .cancelled
        case CEDITLINE_STOPPED: return .stopped
        default: return .closed
        }
    }

    /// Puts a line where the arrow keys find it.
    func remember(_ line: String) {
        if canEdit { ceditline_remember(line) }
    }

    private static func offer(
        _ context: UnsafeMutableRawPointer?,
        _ line: UnsafePointer<CChar>?,
        _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    ) -> ceditline_offer {
        guard let context, let line else { return CEDITLINE_NOTHING }
        let editor = Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
        switch editor.complete(String(cString: line)) {
        case .files: return CEDITLINE_FILES
        case .words(let offered): return hand(offered, to: words, CEDITLINE_WORDS)
        case .stems(let offered): return hand(offered, to: words, CEDITLINE_STEMS)
        }
    }

    private static func hand(
        _ offered: [String],
        to words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
        _ kind: ceditline_offer
    ) -> ceditline_offer {
        words?.pointee = strdup(offered.joined(separator: "\n"))
        return offered.isEmpty ? CEDITLINE_NOTHING : kind
    }
}
