extension ManualPage {
    /// ENVIRONMENT, FILES and EXIT STATUS: the same for all commands, so they stand on the root's page alone.
    func rootSections(_ page: inout Roff) {
        list("ENVIRONMENT", facts.environmentIntroduction, facts.environment, &page)
        list("FILES", nil, facts.files, &page)
        list("EXIT STATUS", nil, facts.exitStatuses, &page)
    }

    private func list(
        _ title: String,
        _ introduction: String?,
        _ entries: [ManualFacts.Entry],
        _ page: inout Roff
    ) {
        guard !entries.isEmpty else { return }
        page.section(title)
        if let introduction { page.paragraph(Roff.escaped(introduction), isFirst: true) }
        entries.forEach { page.item(Roff.bold($0.name), Roff.escaped($0.meaning)) }
    }
}
