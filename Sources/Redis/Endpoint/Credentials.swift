/// Who to be on the server: `AUTH password`, or `AUTH user password` for an ACL user.
package struct Credentials: Sendable, Equatable {
    /// The ACL user; nil for the default user.
    package let user: String?
    /// The password; empty for a user that needs none.
    package let password: Secret

    /// Pairs a user with a password.
    package init(user: String?, password: Secret) {
        self.user = user
        self.password = password
    }
}
