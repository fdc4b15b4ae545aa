import FoundationEssentials

/// The folder that generated files are written to.
struct OutputFolder {
    let path: String

    /// Writes `files`, text by name, into the folder `name`, and removes what an earlier run left there for a command that
    /// is gone.
    func replace(_ name: String, with files: [String: String]) throws {
        let folder = "\(path)/\(name)"
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for stale in try manager.contentsOfDirectory(atPath: folder) where isOurs(stale) && files[stale] == nil {
            try manager.removeItem(atPath: "\(folder)/\(stale)")
        }
        for (file, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(file)")) }
    }

    private func isOurs(_ file: String) -> Bool {
        // Pages of section 7 are written by hand.
        !file.hasSuffix(".7") && (file.hasPrefix("caracalctl") || file == "_caracalctl")
    }
}
