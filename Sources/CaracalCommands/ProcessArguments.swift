import CSystem

/// What this process was started with, its own name left out.
enum ProcessArguments {
    /// As text: what is not UTF-8 is repaired.
    static var words: [String] {
        pointers.map { String(cString: $0) }
    }

    /// Whether one of them is not UTF-8: what stands in `words` is then something else.
    static var areRepaired: Bool {
        pointers.contains { String(validatingCString: $0) == nil }
    }

    private static var pointers: some Sequence<UnsafePointer<CChar>> {
        sequence(state: Int32(0)) { index in
            index += 1
            return csystem_argument(index)
        }
    }
}
