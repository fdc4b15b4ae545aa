import RedisSandbox

/// Where this package lies.
package enum Repository {
    /// The folder of Package.swift, without a closing slash.
    package static let root: String = {
        // Tests/TestSupport/Servers/Repository.swift lies four levels below it.
        let components = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return components.dropLast(4).joined(separator: "/")
    }()

    /// The files in a folder of the package and in those inside it, as paths from its root.
    package static func files(in folder: String) -> [String] {
        (FileTree.names(in: "\(root)/\(folder)") ?? []).flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            return FileTree.names(in: "\(root)/\(path)") == nil ? [path] : files(in: path)
        }
    }

    /// The text of a file of the package.
    package static func text(_ path: String) throws -> String {
        String(decoding: try TemporaryFolder.read("\(root)/\(path)"), as: UTF8.self)
    }
}
