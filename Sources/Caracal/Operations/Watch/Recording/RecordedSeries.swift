/// One measure of one thing over time, slot by slot, and what it came to in all.
package struct RecordedSeries: Sendable, Equatable {
    /// The first value that was known; nil while none was.
    package private(set) var firstValue: Double?
    /// The last value that was known; nil while none was.
    package private(set) var lastValue: Double?
    /// The least value; nil while none was known.
    package private(set) var least: Double?
    /// The greatest value; nil while none was known.
    package private(set) var most: Double?
    /// How well the values were known that were not exact: the words of `Quantity.quality`.
    package private(set) var qualities: [[UInt8]] = []
    private(set) var slots: [RecordedSlot] = []

    private var firstTime = Int.max
    private var lastTime = Int.min

    /// Adds a value, or that it was not known.
    mutating func note(_ value: Double?, _ slot: Int, _ time: Int, quality: [UInt8]) {
        while slots.count <= slot { slots.append(RecordedSlot()) }
        slots[slot].note(value)
        guard let value else { return }
        if !quality.isEmpty, !quality.elementsEqual("exact".utf8), !qualities.contains(quality), qualities.count < 8 {
            qualities.append(quality)
        }
        if time < firstTime { (firstTime, firstValue) = (time, value) }
        if time >= lastTime { (lastTime, lastValue) = (time, value) }
        least = min(least ?? value, value)
        most = max(most ?? value, value)
    }

    mutating func prepend(_ count: Int) {
        slots.insert(contentsOf: repeatElement(RecordedSlot(), count: count), at: 0)
    }

    mutating func halve() {
        slots = stride(from: 0, to: slots.count, by: 2).map { index in
            var slot = slots[index]
            if index + 1 < slots.count { slot.add(slots[index + 1]) }
            return slot
        }
    }
}

/// What fell into one slot of a series.
struct RecordedSlot: Sendable, Equatable {
    /// The values; nil where none was known.
    private(set) var values: RecordedValues?
    /// Whether one was not known.
    private(set) var hasUnknown = false

    mutating func note(_ value: Double?) {
        guard let value else {
            hasUnknown = true
            return
        }
        let drawn = Float(min(max(value, -1e30), 1e30))
        add(RecordedValues(least: drawn, most: drawn, mean: drawn, count: 1))
    }

    /// Adds what fell into the slot behind it.
    mutating func add(_ next: RecordedSlot) {
        if let values = next.values { add(values) }
        hasUnknown = hasUnknown || next.hasUnknown
    }

    private mutating func add(_ new: RecordedValues) { values = values?.adding(new) ?? new }
}

/// Values of a stretch of time, as exactly as they can be drawn.
package struct RecordedValues: Sendable, Equatable {
    /// The least.
    package let least: Float
    /// The greatest.
    package let most: Float
    /// Their mean.
    package let mean: Float
    /// How many there were.
    package let count: Int32

    /// These and others.
    func adding(_ other: RecordedValues) -> RecordedValues {
        let sum = count &+ other.count
        return RecordedValues(
            least: min(least, other.least),
            most: max(most, other.most),
            mean: mean + (other.mean - mean) * Float(other.count) / Float(max(1, sum)),
            count: sum
        )
    }
}

/// A stretch of a series in which something was known.
package struct RecordedPlace: Sendable, Equatable {
    /// When it begins, in Unix milliseconds.
    package let time: Int
    /// What was known in it.
    package internal(set) var values: RecordedValues
    /// Whether nothing is known between the place before it and this one.
    package let followsGap: Bool
}
