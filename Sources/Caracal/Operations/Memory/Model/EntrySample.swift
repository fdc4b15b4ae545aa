import Redis
import RESP

/// Entries of one stream, in runs of neighbours.
package struct EntrySample: Sendable, Equatable {
    /// The runs, each in the order of the ids.
    package let runs: [[SampledEntry]]

    /// Gathers runs; those without entries are left out.
    package init(runs: [[SampledEntry]]) {
        self.runs = runs.filter { !$0.isEmpty }
    }

    /// How many entries were read.
    package var count: Int {
        runs.reduce(0) { $0 + $1.count }
    }

    /// The share of neighbours whose ids differ in their milliseconds; nil where no two neighbours were read.
    var spread: Double? {
        let pairs = runs.flatMap { zip($0, $0.dropFirst()) }
        guard !pairs.isEmpty else { return nil }
        return Double(pairs.count { $0.id.milliseconds != $1.id.milliseconds }) / Double(pairs.count)
    }

    /// Reads the replies to a plan's commands. A refusal is a run without entries: the stream may be gone by now.
    init(_ replies: [Reply], _ plan: SamplePlan, _ connection: any CommandChannel) throws(RedisError) {
        var runs: [[SampledEntry]] = []
        for (place, reply) in replies.enumerated() where reply.root.error == nil && !reply.root.isNull {
            guard var entries = EntryReader(reply.root, of: "XRANGE") else { throw connection.misshapen("XRANGE") }
            if plan.endsReversed, place == plan.commands.count - 1 { entries = entries.reversed() }
            var run: [SampledEntry] = []
            while try entries.advance(on: connection) {
                guard let entry = SampledEntry(entries) else { throw connection.misshapen("XRANGE") }
                run.append(entry)
            }
            runs.append(run)
        }
        self.init(runs: runs)
    }
}

/// An entry that was read to see how large it is: its sizes, and nothing of what it says.
package struct SampledEntry: Sendable, Equatable {
    /// Its id.
    package let id: EntryID
    /// How many fields it has.
    let fields: Int
    /// Stands for its field names in their order: a node keeps those of its first entry and leaves them out of the others.
    private(set) var names: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Bytes of all names and values, as `XADD` was given them.
    private(set) var plainBytes = 0
    /// Bytes of the names in a listpack.
    private(set) var nameBytes = 0
    /// Bytes of the values in a listpack.
    private(set) var valueBytes = 0

    /// Measures the entry that was read last; nil for one without fields, which no stream holds.
    package init?(_ entry: EntryReader) {
        guard let id = entry.id, !entry.fields.isEmpty else { return nil }
        self.id = id
        fields = entry.fields.count
        let bytes = entry.bytes.span
        for field in entry.fields {
            addName(bytes.extracting(field.name))
            addValue(bytes.extracting(field.value))
        }
    }

    mutating func addName(_ name: Span<UInt8>) {
        plainBytes += name.count
        nameBytes += Listpack.bytes(of: name)
        // FNV-1a, and the length, so that `ab` `c` is not `a` `bc`.
        for index in name.indices { names = (names ^ UInt64(name[index])) &* 0x100_0000_01B3 }
        names = (names ^ UInt64(name.count)) &* 0x100_0000_01B3
    }

    mutating func addValue(_ value: Span<UInt8>) {
        plainBytes += value.count
        valueBytes += Listpack.bytes(of: value)
    }
}
