/// What provisioning found and did.
package struct ProvisionReport: Sendable, Equatable {
    /// A line for every group, and for every stream without one.
    package let items: [ProvisionItem]
    /// What else an operator should know.
    package let findings: [Finding]
    /// The signal that ended it before what was created could be read again: the server has confirmed it. Nil where none did.
    package let signal: Int32?

    init(items: [ProvisionItem], findings: [Finding], signal: Int32? = nil) {
        self.items = items
        self.findings = findings
        self.signal = signal
    }

    /// How many lines stand like this.
    package func count(_ result: ProvisionItem.Result) -> Int {
        items.count { $0.result == result }
    }
}
