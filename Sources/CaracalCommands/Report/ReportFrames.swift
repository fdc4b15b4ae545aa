import Caracal
import Glibc
import Redis
import Rendering
import Text

/// Frames of `watch` on their way into a report, and a count of what could not be used.
struct ReportFrames {
    /// Where they come from.
    let origin: Origin
    private(set) var recording = Recording()
    /// Why there are none, where there was no connection to begin with.
    private(set) var remarks: [TerminalText] = []
    /// The signal that ended it early; nil when it came to its end.
    private(set) var cut: Cut?
    /// The addresses of the servers that frames name, in their order, the first few.
    private var servers: [[UInt8]] = []
    private var faults: [UnusedLine: (count: Int, example: TerminalText)] = [:]

    /// Where frames come from.
    enum Origin {
        /// A recording that was to take this long, in milliseconds.
        case recording(UInt64)
        case file
    }

    init(_ origin: Origin) { self.origin = origin }

    /// How frames ended that were not to end yet.
    struct Cut {
        /// The signal.
        let signal: Int32
        /// When it came, in Unix milliseconds.
        let time: Int

        /// Its name.
        var name: TerminalText {
            switch signal {
            case SIGINT: "SIGINT (Ctrl-C)"
            case SIGTERM: "SIGTERM"
            case SIGHUP: "SIGHUP"
            case SIGQUIT: "SIGQUIT"
            default: "signal \(signal)"
            }
        }
    }

    /// Why a line was left out.
    private enum UnusedLine: Int, CaseIterable {
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

    /// A failover or two are no more.
    private static let serverLimit = 8

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
        var frames = ReportFrames(.file)
        var reader = LineReader(descriptor: file.descriptor, limit: lineLimit)
        do throws(LineReaderError) {
            while try frames.addLine(&reader) {
                progress.show(path.utf8, done: UInt64(reader.number), in: file)
            }
        } catch {
            guard error == .interrupted else { throw CommandError(.malformedInput, "\(name): \(error)") }
        }
        guard frames.recording.frames > 0 else {
            let reasons = frames.faultTexts
            throw CommandError(
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
        do throws(FrameError) {
            let frame = try RecordedFrame(bytes, range)
            guard let time = String(validating: frame.time, as: UTF8.self).flatMap(Parse.time) else {
                return note(.timeless, "line \(number)")
            }
            recording.add(frame, at: time)
            if !frame.server.isEmpty, servers.count < Self.serverLimit, !servers.contains(frame.server) {
                servers.append(frame.server)
            }
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

    /// The servers that frames are of; nil where one of them is at the address given, or none is named.
    func servers(except address: String?) -> TerminalText? {
        guard !servers.isEmpty, !servers.contains(where: { $0.elementsEqual((address ?? "").utf8) }) else { return nil }
        return servers.map { TerminalText(cutting: $0) }.joined(separator: ", ")
    }

    /// Notes why nothing could be watched.
    mutating func remark(_ text: TerminalText) { remarks.append(text) }

    /// Notes that the bus could not be looked at just now.
    mutating func lose(_ reason: TerminalText) { recording.lose(at: WallClock.now, reason) }

    /// Takes the signal that has come, if any: what there is can be written down.
    mutating func takeSignal() {
        let now = WallClock.now
        cut = Interruption.take().map { Cut(signal: $0, time: now) }
    }

    private mutating func note(_ fault: UnusedLine, _ example: TerminalText) {
        faults[fault, default: (0, example)].count += 1
    }

    /// Why lines were left out, and how many; each with the first of them.
    private var faultTexts: [TerminalText] {
        UnusedLine.allCases.compactMap { fault in
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
            doubts.append(
                "\(Format.count(late, "frame is", "frames are")) out of order: sorted by time, but for outages and moves to another server, which are not taken from \(late == 1 ? "it" : "them")"
            )
        }
        if recording.isCut {
            doubts.append(
                "there were more series, faults or outages than are kept: of faults and outages the first are shown, of series the largest at first, and from then on what became more than twice as large as one of them"
            )
        }
        return doubts
    }

    /// All that a reader of the plots should know.
    var doubts: [TerminalText] { faultsAndOrder + remarks }

    /// That they ended early, when, and by which signal; nil when they did not.
    func cutText(_ zone: ClockZone) -> TerminalText? {
        guard let cut else { return nil }
        let end: TerminalText = "was cut short at \(ReportDocument.moment(cut.time, zone)) by \(cut.name)"
        return switch origin {
        case .recording(let time): "the recording of \(Format.duration(milliseconds: Int(clamping: time))) \(end)"
        case .file: "the reading of frames \(end): later ones are not in the report"
        }
    }

    /// What was not said while it happened.
    func findings(_ zone: ClockZone) -> [Finding] {
        faultsAndOrder.map { Finding(.badLine, .warning, "the frames: \($0)") }
            + [cutText(zone).map { Finding(.interrupted, .warning, $0) }].compactMap(\.self)
    }
}
