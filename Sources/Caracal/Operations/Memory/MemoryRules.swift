/// What `memory` is asked for.
package struct MemoryRules: Sendable, Equatable {
    /// How many entries to read in all, about.
    package let samples: Int
    /// What to keep free, as a share of what is needed.
    package let headroom: Double
    /// The share of `maxmemory` from which its use is a finding.
    package let maxUsed: Double
    /// How long to watch how fast things grow; nil not to.
    package let ratePeriod: Duration?

    /// The defaults: 200 entries, a fifth, four fifths, no watching.
    package init(samples: Int = 200, headroom: Double = 0.2, maxUsed: Double = 0.8, ratePeriod: Duration? = nil) {
        self.samples = samples
        self.headroom = headroom
        self.maxUsed = maxUsed
        self.ratePeriod = ratePeriod
    }
}
