/// A stream whose signatures are checked, and what its entries should be signed by.
package struct SignatureTarget: Sendable, Equatable {
    /// The stream's key.
    package let key: [UInt8]
    /// The stream as the table has it; nil for one outside the table, dead letters included.
    package let definition: StreamDefinition?
    /// For a stream of dead letters the one whose entries they hold; nil for any other stream.
    package let source: Source?
    /// Whether its own entries may lack a signature: the table says so.
    let isUnsignedByDesign: Bool
    /// Whether nothing is amiss when it does not exist.
    package let isOptional: Bool

    /// Where dead letters come from.
    package struct Source: Sendable, Equatable {
        /// The key of the stream the source entries were read from, which is the name they are signed for.
        package let key: [UInt8]
        /// That stream as the table has it; nil for one outside the table.
        package let definition: StreamDefinition?
        /// Whether source fields lie under `src_`, as the Audit service writes them.
        let isAudit: Bool
    }

    /// A target by its key.
    package init(key: [UInt8], isOptional: Bool = false) {
        self.key = key
        self.isOptional = isOptional
        definition = Self.definition(of: key)
        isUnsignedByDesign = definition.map { $0.scheme == nil } ?? false
        if key == Self.auditDeadLetters {
            source = Source(key: Self.audit, definition: Self.definition(of: Self.audit), isAudit: true)
        } else if key.count > Self.suffix.count, key.suffix(Self.suffix.count).elementsEqual(Self.suffix) {
            let origin = Array(key.dropLast(Self.suffix.count))
            source = Source(key: origin, definition: Self.definition(of: origin), isAudit: false)
        } else {
            source = nil
        }
    }

    /// Every stream of the table, and the dead letters of each, which may not exist.
    package static var all: [SignatureTarget] {
        StreamTable.all.map { SignatureTarget(key: $0.key) }
            + StreamTable.all.map { SignatureTarget(key: Array($0.deadLetterName.utf8), isOptional: true) }
    }

    /// The schemes that a key is needed for. Outside the table any scheme may turn up, and none is needed for sure.
    package var schemes: [SignatureScheme] {
        SignatureScheme.allCases.filter { scheme in
            switch scheme {
            case .fields: definition?.scheme == .fields || source?.definition?.scheme == .fields || isDotDead
            case .audit: definition?.scheme == .audit || source?.definition?.scheme == .audit
            }
        }
    }

    /// The stream as other operations take it.
    package var stream: StreamDefinition { definition ?? .unlisted(String(decoding: key, as: UTF8.self)) }

    /// STS and Gateway sign what they write to a `.dead` stream.
    private var isDotDead: Bool { source?.isAudit == false && source?.definition != nil }

    private static func definition(of key: [UInt8]) -> StreamDefinition? {
        StreamTable.all.first { $0.name.utf8.elementsEqual(key) }
    }

    private static let audit = Array(StreamTable.auditEvents.utf8)
    private static let auditDeadLetters = Array(StreamTable.auditDeadLetters.utf8)
    private static let suffix = Array(StreamTable.deadLetterSuffix.utf8)
}
