import Glibc

/// A user of this machine.
package struct SystemUser: Sendable, Equatable {
    /// The user's number.
    package let identifier: uid_t
    /// The number of the user's group.
    package let group: gid_t

    /// The user of that name; nil when there is none.
    package init?(named name: String) {
        guard let entry = getpwnam(name), entry.pointee.pw_uid != 0 else { return nil }
        identifier = entry.pointee.pw_uid
        group = entry.pointee.pw_gid
    }

    /// Whom a server has to run as that refuses to be root: nil where we are not root, else `postgres`, or `nobody`.
    static var unprivileged: SystemUser? {
        geteuid() == 0 ? SystemUser(named: "postgres") ?? SystemUser(named: "nobody") : nil
    }
}
