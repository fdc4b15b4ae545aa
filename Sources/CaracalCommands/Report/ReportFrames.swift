import Caracal
import Redis
import Rendering
import Text

/// Frames of `watch` on their way into a report, and a count of what could not be used.
struct ReportFrames {
    private(set) var recording = Recording()
    /// What happened on the way, such as a lost connection, each once.
    private(set) var remarks: [TerminalText] = []
    private var faults: [Fault: (count: Int, example: TerminalText)] = [:]

    /// Why a line was left out.
    private enum Fault: Int, CaseIterable {
        case malformed, strange, otherVersion, empty, timeless, tooLong

        /// That in words, behind a count of lines.
        var words: (one: String, many: String) {
            switch self {
            case .malformed: ("line is no JSON, or cut in the middle", "lines are no JSON, or cut in the middle")
            case .strange: ("line is no frame of watch", "lines are no frames of watch")
            case .otherVersion:
                ("frame is of a version that is not known here", "frames are of a version that is not known here")
            case .empty: ("line or frame is empty", "lines or frames are empty")
            case .timeless: ("frame does not tell its time", "frames do not tell their time")
            case .tooLong: ("line is too long", "lines are too long")
            }
        }
    }

    /// A frame of a thousand groups has one megabyte.
    private static let lineLimit = 16 << 20

    /// Reads frames to the end of the input, or to a signal: then what was read is there.
    ///
    /// - Throws: 65 where none can be used.
    static func read(_ path: String, _ session: Session) throws -> ReportFrames {
        let file = try InputFile(path)
        let name: TerminalText = path == "-" ? "standard input" : TerminalText(path)
        let progress = Progress(session)
        defer { progress.clear() }
        var frames = ReportFrames()
        var reader = LineReader(descriptor: file.descriptor, limit: lineLimit)
        do throws(LineReaderError) {
            while try frames.addLine(&reader) {
                progress.show(path.utf8, done: UInt64(reader.number), in: file)
            }
        } catch {
            guard error == .interrupted else { throw Failure(.malformedInput, "\(name): \(error)") }
        }
        guard frames.recording.frames > 0 else {
            let reasons = frames.faultTexts
            throw Failure(
                Interruption.signal.map { ExitStatus(signal: $0) } ?? .malformedInput,
                "no frame of watch can be used in \(name): \(reasons.isEmpty ? "it is empty" : reasons.joined(separator: ", "))"
            )
        }
        return frames
    }

    private mutating func addLine(_ reader: inout LineReader) throws(LineReaderError) -> Bool {
        do throws(LineReaderError) {
            guard try reader.advance() else { return false }
        } catch {
            guard case .tooLong(let line, let limit) = error else { throw error }
            note(.tooLong, "line \(line), more than \(limit >> 20) MiB")
            try reader.passOver()
            return true
        }
        add(reader.bytes, reader.line, number: reader.number)
        return true
    }

    /// Adds the frame on a line, or counts why it cannot be used.
    mutating func add(_ bytes: [UInt8], _ range: Range<Int>, number: Int) {
        guard bytes[range].contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) else {
            return note(.empty, "line \(number)")
        }
        do throws(FrameFault) {
            let frame = try RecordedFrame(bytes, range)
            guard let time = String(validating: frame.time, as: UTF8.self).flatMap(Parse.time) else {
                return note(.timeless, "line \(number)")
            }
            recording.add(frame, at: time)
        } catch {
            switch error {
            case .malformed(let reason): note(.malformed, "line \(number), \(reason)")
            case .noFrame: note(.strange, "line \(number)")
            case .otherVersion(let schema):
                note(.otherVersion, "line \(number), \(TerminalText(cutting: schema, limit: 40))")
            case .empty: note(.empty, "line \(number)")
            }
        }
    }

    /// Notes what happened on the way.
    mutating func remark(_ text: TerminalText) {
        if !remarks.contains(text), remarks.count < 20 { remarks.append(text) }
    }

    private mutating func note(_ fault: Fault, _ example: TerminalText) {
        faults[fault, default: (0, example)].count += 1
    }

    /// Why lines were left out, and how many; each with the first of them.
    private var faultTexts: [TerminalText] {
        Fault.allCases.compactMap { fault in
            guard let (count, example) = faults[fault] else { return nil }
            let first: TerminalText = count == 1 ? "(\(example))" : "(the first: \(example))"
            return "\(Format.count(count, fault.words.one, fault.words.many)) \(first)"
        }
    }

    /// What is not as it should be about the frames, in sentences.
    private var faultsAndOrder: [TerminalText] {
        var doubts = faultTexts.map { text -> TerminalText in "left out: \(text)" }
        let late = recording.outOfOrder
        if late > 0 {
            doubts.append("\(Format.count(late, "frame is", "frames are")) out of order: sorted by time")
        }
        if recording.isCut { doubts.append("there were more series or faults than are kept: the largest are shown") }
        return doubts
    }

    /// All that a reader of the plots should know.
    var doubts: [TerminalText] { faultsAndOrder + remarks }

    /// What was not said while it happened.
    var findings: [Finding] { faultsAndOrder.map { Finding(.badLine, .warning, "the frames: \($0)") } }
}
