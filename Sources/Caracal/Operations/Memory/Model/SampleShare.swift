import Redis

/// How many of the entries to be read come from each stream.
///
/// A stream that is or may become long counts for more, by the square root: its bytes matter most, and a short one
/// still has to be known well enough.
enum SampleShare {
    /// No stream with entries gets less, so that a few nodes of it are seen.
    private static let least = 16

    /// The share of each stream, in order; 0 for those without entries.
    static func of(_ streams: [ObservedStream], total: Int) -> [Int] {
        let weights = streams.map(weight)
        let sum = weights.reduce(0, +)
        return weights.map { $0 > 0 ? max(min(least, total), Int((Double(total) * $0 / sum).rounded())) : 0 }
    }

    private static func weight(_ stream: ObservedStream) -> Double {
        guard let length = stream.state.info?.length, length > 0 else { return 0 }
        return Double(max(length, stream.definition.bound ?? 0)).squareRoot()
    }
}
