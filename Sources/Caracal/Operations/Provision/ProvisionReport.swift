/// What provisioning found and did.
package struct ProvisionReport: Sendable, Equatable {
    /// A line for every group, and for every stream without one.
    package var items: [ProvisionItem]
    /// What else an operator should know.
    package var findings: [Finding]
    /// The server's clock when it was looked at, in Unix milliseconds; nil when it would not tell.
    package var now: UInt64?

    /// How many lines stand like this.
    package func count(_ result: ProvisionItem.Result) -> Int {
        items.count { $0.result == result }
    }
}
