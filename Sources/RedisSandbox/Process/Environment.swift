import CSystem

/// The environment of a process, as the bytes it is made of: a value need not be text.
package struct Environment: Sendable, Equatable {
    /// Each a whole `NAME=value`, without the closing zero.
    private(set) var entries: [[UInt8]] = []

    /// An environment of these variables and no others.
    package init(_ variables: [String: String] = [:]) {
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            self[name] = value
        }
    }

    /// The environment of this process.
    package static var current: Environment {
        var environment = Environment()
        var next = csystem_environment()
        while let entry = next?.pointee {
            environment.entries.append(String.utf8Bytes(of: entry))
            next = next?.advanced(by: 1)
        }
        return environment
    }

    /// A variable's value, repaired where it is not UTF-8; setting nil removes the variable.
    package subscript(name: String) -> String? {
        get {
            let prefix = Array(name.utf8) + [UInt8(ascii: "=")]
            return entries.first { $0.starts(with: prefix) }
                .map { String(decoding: $0.dropFirst(prefix.count), as: UTF8.self) }
        }
        set {
            let prefix = Array(name.utf8) + [UInt8(ascii: "=")]
            entries.removeAll { $0.starts(with: prefix) }
            if let newValue { entries.append(prefix + Array(newValue.utf8)) }
        }
    }

    /// The names of the variables, each once, in their order.
    package var names: [String] {
        var seen: Set<String> = []
        return entries.map { String(decoding: $0.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self) }
            .filter { seen.insert($0).inserted }
    }

    /// Removes every variable whose name `isUnwanted`, as often as it is there.
    package mutating func removeAll(where isUnwanted: (String) -> Bool) {
        entries.removeAll { entry in
            isUnwanted(String(decoding: entry.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self))
        }
    }
}

extension String {
    /// The bytes of a C string.
    fileprivate static func utf8Bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
        var bytes: [UInt8] = []
        var next = text
        while next.pointee != 0 {
            bytes.append(UInt8(bitPattern: next.pointee))
            next += 1
        }
        return bytes
    }
}
