/// A name and its value in a JSON object.
package struct JSONMember: Sendable, Equatable {
    /// The name, in snake case.
    package let name: String
    /// The value.
    package let value: JSONValue

    /// A member of an object.
    package init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}
