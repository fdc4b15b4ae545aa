/// Whether what a command shows reaches standard output. Where something was changed it may not, and what became of it is
/// said all the same.
final class Delivery {
    /// Why some of it did not; nil while all did. A reader that has gone counts too.
    private(set) var failure: (any Error)?

    /// Whether all that was to be shown was shown.
    var isWhole: Bool { failure == nil }

    /// Notes what went wrong first.
    func fail(_ error: any Error) {
        failure = failure ?? error
    }
}
