import Text

/// What frames tell over time, in bounded memory however many there are.
///
/// Time is divided into slots; what falls into one is kept as its least, its greatest and its mean value. When there are too many
/// slots, two become one. Of each measure the largest series are kept.
package struct Recording: Sendable {
    /// What is measured.
    package enum Measure: Int, Sendable, CaseIterable {
        /// Of a group: entries to be delivered, milliseconds for which the oldest has waited, entries pending, delivered a second.
        case lag, behind, pending, rateOut
        /// Of a stream: entries added a second, dead letters, bytes.
        case rateIn, deadLetters, memory
        /// Of the server: bytes in use, and the limit.
        case usedMemory, maxmemory
    }

    /// What a series is of: a measure of a group, a stream or the server.
    package struct Subject: Sendable, Hashable {
        /// What is measured of it.
        package let measure: Measure
        /// The stream; empty for the server.
        package let stream: [UInt8]
        /// The group; nil for a stream.
        package let group: [UInt8]?
    }

    /// A fault, from the first frame in which it was seen to the last.
    package struct MarkSpan: Sendable, Equatable {
        /// The stream that has it.
        package let stream: [UInt8]
        /// The group; nil where it is the stream's own.
        package let group: [UInt8]?
        /// What it is: one of `WatchMark`'s words, or `missing`.
        package let mark: [UInt8]
        /// When it was first seen, in Unix milliseconds.
        package fileprivate(set) var first: Int
        /// When it was last seen, in Unix milliseconds.
        package fileprivate(set) var last: Int
    }

    /// A moment from which on another server answered.
    package struct Move: Sendable, Equatable {
        /// Unix milliseconds.
        package let time: Int
        /// The server that answered from then on.
        package let server: [UInt8]
    }

    /// How many frames there were.
    package private(set) var frames = 0
    /// How many of them were older than one before them.
    package private(set) var outOfOrder = 0
    /// The first moment, in Unix milliseconds.
    package private(set) var first = Int.max
    /// The last moment, in Unix milliseconds.
    package private(set) var last = Int.min
    /// The faults, in the order in which they began.
    package private(set) var faults: [MarkSpan] = []
    /// The moves from one server to another, in the order of time.
    package private(set) var moves: [Move] = []
    /// Whether there were more faults, moves, outages or series than are kept.
    package var isCut: Bool { hasLeftOut || outages.isCut }

    private var hasLeftOut = false
    private var outages = Outages()
    private var server: [UInt8]?
    private var seriesOf: [Subject: RecordedSeries] = [:]
    /// What a further series of a full measure has to exceed at least.
    private var floors: [Measure: Double] = [:]
    /// Those that are kept since the last frame: they have no past.
    private var newcomers: Set<Subject> = []
    private var counts: [Measure: Int] = [:]
    private var faultPlaces: [[UInt8]: Int] = [:]
    /// Distances between the first frames, for how far apart they usually are.
    private var distances: [Int] = []
    private var previous: Int?

    // The slots: `origin` is where the first begins, `width` how long each is, both in milliseconds.
    private var origin = 0
    private var width = 100
    /// When the first and the last frame in each slot were made; nil where there was none.
    private var times: [ClosedRange<Int>?] = []

    /// More slots than a plot has pixels to show.
    private static let slotLimit = 1_024
    private static let seriesLimit = 128
    private static let faultLimit = 200

    package init() {}

    /// Adds a frame that was made at `time`, in Unix milliseconds. Of one that is older than one before it outages and moves are not
    /// taken: what came before and after it is no longer known.
    package mutating func add(_ frame: RecordedFrame, at time: Int) {
        let isLate = frames > 0 && time < last
        note(time)
        newcomers = []
        let slot = place(of: time)
        times[slot] = times[slot]?.joined(time...time) ?? time...time
        outages.note(frame, at: time, isLate: isLate)
        note(frame.usedMemory, Subject(measure: .usedMemory, stream: [], group: nil), slot, time)
        // 0 is no bound.
        note(
            frame.maxmemory == 0 ? nil : frame.maxmemory,
            Subject(measure: .maxmemory, stream: [], group: nil),
            slot,
            time
        )
        for stream in frame.streams {
            add(stream, slot, time)
            for group in stream.groups { add(group, of: stream, slot, time) }
        }
        guard !isLate, !frame.server.isEmpty, frame.server != server else { return }
        if server != nil {
            if moves.count < Self.faultLimit {
                moves.append(Move(time: time, server: frame.server))
            } else {
                hasLeftOut = true
            }
        }
        server = frame.server
    }

    /// Notes that the bus could not be looked at, and why, at a moment in Unix milliseconds.
    package mutating func lose(at time: Int, _ reason: TerminalText) {
        outages.begin(nil, at: time, server: server ?? [], reason)
    }

    /// The series of a measure, the one with the greatest value first.
    package func series(_ measure: Measure) -> [(subject: Subject, series: RecordedSeries)] {
        seriesOf.filter { $0.key.measure == measure && $0.value.most != nil }
            .sorted { left, right in
                let (most, other) = (left.value.most ?? 0, right.value.most ?? 0)
                if most != other { return most > other }
                let names = [left, right].map { $0.key.stream + [0] + ($0.key.group ?? []) }
                return names[0].lexicographicallyPrecedes(names[1])
            }
            .map { ($0.key, $0.value) }
    }

    /// How far frames usually are apart, in milliseconds; nil while that cannot be told.
    package var interval: Int? { distances.isEmpty ? nil : distances.sorted()[distances.count / 2] }

    /// When something could not be looked at, in the order of time. Where there are no frames and nobody told why, that is one too.
    package var unseen: [Outage] {
        let (told, reach) = (outages.found, reach)
        var (gaps, before): ([Outage], Int?) = ([], nil)
        for time in times.compactMap(\.self) {
            if let before, time.lowerBound - before > reach,
                !told.contains(where: { $0.stream == nil && $0.from <= time.lowerBound && $0.to >= before })
            {
                gaps.append(
                    Outage(stream: nil, server: [], from: before, to: time.lowerBound, isOver: true, reasons: [])
                )
            }
            before = time.upperBound
        }
        return (told + gaps).sorted { $0.from < $1.from }
    }

    /// The last moment of which anything is known, be it that nothing could be looked at; in Unix milliseconds.
    package var end: Int { max(last, outages.found.map(\.to).max() ?? last) }

    /// Frames further apart than this, and what was between them is not known. It sorts: to be asked once.
    private var reach: Int { 3 * max(interval ?? 0, width) }

    /// How many stretches of a series there are at most, about: as many as can be told apart.
    package static let placeCount = 300

    /// The stretches of a series in which something is known, in the order of time.
    package func places(of series: RecordedSeries) -> [RecordedPlace] {
        let (stretch, reach) = ((last - first) / Self.placeCount, reach)
        var places: [RecordedPlace] = []
        var (isUnknown, before) = (true, 0)
        for (slot, time) in times.enumerated() {
            guard let time else { continue }
            defer { before = time.upperBound }
            guard slot < series.slots.count, let values = series.slots[slot].values else {
                isUnknown = true
                continue
            }
            let followsGap = isUnknown || time.lowerBound - before > reach
            if !followsGap, let last = places.last, time.lowerBound - last.time < stretch {
                places[places.count - 1].values = last.values.adding(values)
            } else {
                places.append(RecordedPlace(time: time.lowerBound, values: values, followsGap: followsGap))
            }
            isUnknown = series.slots[slot].hasUnknown
        }
        return places
    }
}

// MARK: - What is in a frame

extension Recording {
    private mutating func note(_ time: Int) {
        if frames > 0, time < last { outOfOrder += 1 }
        if let previous, time != previous, distances.count < 1_000 { distances.append(abs(time - previous)) }
        previous = time
        frames += 1
        first = min(first, time)
        last = max(last, time)
    }

    private mutating func add(_ stream: RecordedFrame.Stream, _ slot: Int, _ time: Int) {
        let subject = { Subject(measure: $0, stream: stream.name, group: nil) }
        note(stream.rateIn, subject(.rateIn), slot, time)
        note(stream.deadLetters, subject(.deadLetters), slot, time)
        note(stream.memory, subject(.memory), slot, time)
        if stream.exists == false { note(Array("missing".utf8), stream.name, nil, time) }
        // A stream has the marks of its groups too.
        for mark in stream.marks where !stream.groups.contains(where: { $0.marks.contains(mark) }) {
            note(mark, stream.name, nil, time)
        }
    }

    private mutating func add(
        _ group: RecordedFrame.Group,
        of stream: RecordedFrame.Stream,
        _ slot: Int,
        _ time: Int
    ) {
        let subject = { Subject(measure: $0, stream: stream.name, group: group.name) }
        note(group.lag, subject(.lag), slot, time, quality: group.lagQuality)
        // An id ahead of the clock is no age.
        note(group.behind.flatMap { $0 < 0 ? nil : $0 }, subject(.behind), slot, time)
        note(group.pending, subject(.pending), slot, time)
        note(group.rateOut, subject(.rateOut), slot, time)
        if group.exists == false, stream.exists == true { note(Array("missing".utf8), stream.name, group.name, time) }
        for mark in group.marks { note(mark, stream.name, group.name, time) }
    }

    private mutating func note(_ mark: [UInt8], _ stream: [UInt8], _ group: [UInt8]?, _ time: Int) {
        let key = [stream, group ?? [], mark].joined(separator: [0]) + [group == nil ? 0 : 1]
        if let place = faultPlaces[key] {
            faults[place].first = min(faults[place].first, time)
            faults[place].last = max(faults[place].last, time)
        } else if faults.count < Self.faultLimit {
            faultPlaces[key] = faults.count
            faults.append(MarkSpan(stream: stream, group: group, mark: mark, first: time, last: time))
        } else {
            hasLeftOut = true
        }
    }

    private mutating func note(
        _ value: Double?,
        _ subject: Subject,
        _ slot: Int,
        _ time: Int,
        quality: [UInt8] = []
    ) {
        if seriesOf[subject] == nil {
            guard makeRoom(for: subject.measure, value) else { return }
            newcomers.insert(subject)
        }
        seriesOf[subject, default: RecordedSeries()].note(value, slot, time, quality: quality)
    }

    /// Whether a further series of a measure may be kept: where there are many only in the place of one that is smaller, by its
    /// greatest value, and of one that has a past only where that is exceeded twice. If less were enough, series that grow alike
    /// would replace each other in each frame, and all lose their past.
    private mutating func makeRoom(for measure: Measure, _ value: Double?) -> Bool {
        guard counts[measure, default: 0] >= Self.seriesLimit else {
            counts[measure, default: 0] += 1
            return true
        }
        hasLeftOut = true
        guard let value, value > floors[measure] ?? 0 else { return false }
        let bars = seriesOf.filter { $0.key.measure == measure }.map { subject, series in
            (subject: subject, value: max(0, series.most ?? 0) * (newcomers.contains(subject) ? 1 : 2))
        }
        guard let least = bars.min(by: { $0.value < $1.value }) else { return false }
        floors[measure] = least.value
        guard value > least.value else { return false }
        seriesOf[least.subject] = nil
        newcomers.remove(least.subject)
        return true
    }
}

// MARK: - Slots

extension Recording {
    /// The slot of a moment. Where it lies outside of those there are, there are more of them afterwards, or wider ones.
    private mutating func place(of time: Int) -> Int {
        if times.isEmpty { origin = time }
        while (max(time, last) - min(time, origin)) / width >= Self.slotLimit { halve() }
        if time < origin {
            // As many as are likely to be needed: frames may come in reverse order.
            let needed = (origin - time + width - 1) / width
            let spare = min(max(0, Self.slotLimit - needed - times.count), times.count / 2)
            prepend(needed + spare)
        }
        let slot = (time - origin) / width
        while times.count <= slot { times.append(nil) }
        return slot
    }

    private mutating func prepend(_ count: Int) {
        origin -= count * width
        times.insert(contentsOf: repeatElement(nil, count: count), at: 0)
        for subject in Array(seriesOf.keys) { seriesOf[subject]?.prepend(count) }
    }

    private mutating func halve() {
        width *= 2
        times = stride(from: 0, to: times.count, by: 2).map { index in
            let next = index + 1 < times.count ? times[index + 1] : nil
            return times[index].map { next?.joined($0) ?? $0 } ?? next
        }
        for subject in Array(seriesOf.keys) { seriesOf[subject]?.halve() }
    }
}
