/// What the argument parser tells about an argument.
struct ArgumentShape: Decodable {
    /// One of its names.
    struct Name: Decodable {
        let kind: String
        let name: String
    }

    /// What its value may be.
    struct Completion: Decodable {
        struct List: Decodable { let values: [String] }
        struct Files: Decodable {}

        let list: List?
        let file: Files?
        let directory: Files?
    }

    let kind: String
    let shouldDisplay: Bool
    let isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let completionKind: Completion?

    /// Its names as they are typed.
    var typedNames: [String] { (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name } }

    /// Whether a value follows its name.
    var takesValue: Bool { kind == "option" }
}
