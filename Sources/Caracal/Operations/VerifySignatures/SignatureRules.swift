/// What a check of signatures takes for a failure, and how much of it is kept.
package struct SignatureRules: Sendable, Equatable {
    /// Whether an entry without a signature is a failure, where it is not unsigned by design.
    package let requiresSignatures: Bool
    /// Whether a valid signature that draws a warning is a failure.
    package let isStrict: Bool
    /// How many failures, and how many warnings, are kept to be shown one by one.
    package let reportLimit: Int

    /// These rules.
    package init(requiresSignatures: Bool = true, isStrict: Bool = false, reportLimit: Int = 20) {
        self.requiresSignatures = requiresSignatures
        self.isStrict = isStrict
        self.reportLimit = reportLimit
    }
}
