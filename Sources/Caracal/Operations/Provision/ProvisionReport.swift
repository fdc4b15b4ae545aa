/// What provisioning found and did.
package struct ProvisionReport: Sendable, Equatable {
    /// A line for every group, and for every stream without one.
    package let items: [ProvisionItem]
    /// What else an operator should know.
    package let findings: [Finding]

    /// How many lines stand like this.
    package func count(_ result: ProvisionItem.Result) -> Int {
        items.count { $0.result == result }
    }
}
