/// Where this package lies.
package enum Repository {
    /// The folder of Package.swift, without a closing slash.
    package static let root: String = {
        // Tests/TestSupport/Servers/Repository.swift lies four levels below it.
        let components = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return components.dropLast(4).joined(separator: "/")
    }()
}
