import Redis

/// What checking the signatures of some streams found.
package struct SignatureReport: Sendable, Equatable {
    /// The streams, in the order they were looked at.
    package internal(set) var streams: [CheckedStream] = []
    /// The first failures and warnings, as many as the rules say of each.
    package internal(set) var entries: [CheckedEntry] = []
    /// How many failures and warnings there were that are not among `entries`.
    package internal(set) var unlisted: UInt64 = 0
    /// How it ended.
    package internal(set) var ending = SignatureCheckEnding.complete
    /// Why places before now are by our own clock; nil when the server told its own, or none was meant.
    package internal(set) var timeRefusal: Refusal?
    /// The rules it was made by.
    package let rules: SignatureRules

    init(rules: SignatureRules) { self.rules = rules }

    /// All entries that no key could be found for.
    package var unchecked: UInt64 { streams.reduce(0) { $0 + $1.own.unchecked + $1.sources.unchecked } }
}
