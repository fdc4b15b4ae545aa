/// An option, a flag or a positional argument.
struct ArgumentDescription: Decodable {
    /// How it is given.
    enum Kind: String, Decodable {
        case positional, option, flag
    }

    /// One of its names.
    struct Name: Decodable {
        enum Kind: String, Decodable {
            case long, short, longWithSingleDash
        }

        let kind: Kind
        let name: String

        /// As it is typed: `--output`, `-o`.
        var typed: String { (kind == .long ? "--" : "-") + name }
    }

    let kind: Kind
    let shouldDisplay: Bool
    let sectionTitle: String?
    let isOptional: Bool
    let isRepeating: Bool
    let parsingStrategy: String?
    let names: [Name]?
    let preferredName: Name?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let abstract: String?
    let discussion: String?

    /// The option groups that most commands share; only the page of the root describes them.
    static let globalSections = ["Connection", "Output"]

    /// Whether it belongs to one of those groups.
    var isGlobal: Bool { sectionTitle.map(ArgumentDescription.globalSections.contains) ?? false }

    /// Whether it is what stands after `--`.
    var followsTerminator: Bool { parsingStrategy == "postTerminator" }

    /// All names, the short ones first.
    var typedNames: [String] {
        let names = names ?? []
        return (names.filter { $0.kind == .short } + names.filter { $0.kind != .short }).map(\.typed)
    }

    /// What it does, and what its help says of values and default unless the words above already do.
    var explanation: String {
        let abstract = abstract ?? ""
        var notes: [String] = []
        if let values = allValues, !values.allSatisfy(abstract.contains) {
            notes.append("values: \(values.joined(separator: ", "))")
        }
        if let value = defaultValue, !abstract.contains("(default:") { notes.append("default: \(value)") }
        return abstract + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }
}
