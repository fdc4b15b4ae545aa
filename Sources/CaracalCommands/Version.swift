import CSystem
import Redis

/// The version of the tool.
package enum Version {
    /// Of the tool itself.
    package static let number = "1.0.0"

    /// As `--version` prints it: with the commit it was built from, where that is known, and the OpenSSL in it.
    package static var text: String {
        let commit = String(cString: csystem_commit())
        let origin = commit.isEmpty ? "" : " (\(commit))"
        return "caracalctl \(number)\(origin)\n\(TLSLibrary.version)"
    }
}
