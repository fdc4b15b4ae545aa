/// What kind of person or job an ACL user is for.
package enum AccessRole: String, Sendable, CaseIterable {
    /// Looks at everything and changes nothing.
    case observer
    /// Looks, and works on the bus: publish, claim, ack, trim, redrive, purge.
    case `operator`
    /// Creates what is missing: `provision`, as an init container runs it.
    case provisioner

    /// The ACL user that has the role.
    package var user: String { "caracal-\(rawValue)" }

    /// Its rights, in the order of the table.
    package var rights: [CommandRight] {
        CommandRight.all.filter { $0.roles.contains(self) }
    }
}
