import ArgumentParser
import Caracal
import Rendering
import Text

/// The place where a group reads on, as it is typed.
enum GroupPlace {
    /// Reads a place: `start`, `end`, `0`, `$`, how long ago, a time, or an id.
    static func read(_ text: String, _ option: String) throws -> StreamPosition {
        switch text {
        case "start", "0", "0-0", "-": return .start
        case "end", "$", "+": return .end
        default: break
        }
        if let fault = TimeText.ambiguity(in: text) { throw ValidationError("\(option) \(fault)") }
        guard let place = StreamPosition(typed: text) else {
            throw ValidationError("\(option) is start, end, \(TimeText.forms), or an id (ms or ms-seq)")
        }
        return place
    }
}
