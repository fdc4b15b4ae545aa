/// The manual: a page for each command.
struct Manual {
    let root: CommandDescription
    let facts: ManualFacts

    /// The pages' sources by file name.
    var pages: [String: String] {
        let family = root.family
        var pages: [String: String] = [:]
        for command in family {
            let page = ManualPage(command: command, family: family, facts: facts)
            pages["\(command.pageName).1"] = page.source
        }
        return pages
    }
}
