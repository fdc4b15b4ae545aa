import ArgumentParser
import Caracal
import Rendering
import TestSupport
import Testing

@testable import CaracalCommands

/// Every page of help, as it is laid out.
@Suite struct HelpPagesTests {
    /// Every command with a page but the root.
    private static func commands() -> [CommandDescription] {
        Array(CommandDescription.root.family.dropFirst())
    }

    private static func help(_ words: String...) -> CommandHelp {
        CommandHelp(words, in: .root)
    }

    private static func help(_ command: CommandDescription) -> CommandHelp {
        CommandHelp(Array(command.words.dropFirst()), in: .root)
    }

    @Test func theShortPageOfEveryCommandIsOneScreen() throws {
        let commands = Self.commands()
        #expect(commands.count > 25)
        for command in commands {
            let lines = Self.help(command).short(width: 80).shown.split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            #expect(lines.count <= 24, "\(command.words): \(lines.count) lines")
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(command.words)")
        }
    }

    @Test func theShortPageHasUsageEffectAndExamples() throws {
        for command in Self.commands() {
            let page = Self.help(command).short(width: 80).shown
            let words = command.words.joined(separator: " ")
            let head = page.split(separator: "\nUsage: ")[0]
            #expect(["[reads", "[writes", "[changes only its own file]"].contains(where: head.contains), "\(words)")
            #expect(page.contains("\nUsage: \(words)"))
            #expect(page.hasSuffix("\nEverything: \(words) --help"))
            let examples = command.text.examples
            #expect(examples.count >= 2, "\(words) has \(examples.count) examples")
            let shown = examples.filter { page.contains("\n" + $0.map { "  \($0)" }.joined(separator: "\n") + "\n") }
            #expect((2...4).contains(shown.count), "\(words) shows \(shown.count) examples")
            let isTold = page.contains("\nCommon options: caracalctl help ")
            #expect(isTold == (command.standardSubcommand ?? command).takesGlobalOptions, "\(words)")
        }
    }

    /// What there is no room to explain is named.
    @Test func everyOptionIsOnBothPages() throws {
        for command in Self.commands() {
            let help = Self.help(command)
            let pages = [help.short(width: 80).shown, help.full(width: 80).shown]
            for option in command.ownOptions {
                let name = option.typedNames.last ?? ""
                #expect(pages.allSatisfy { $0.contains(name) }, "\(command.words) \(name)")
            }
        }
    }

    @Test func theWholePageHasOwnOptionsThenOutputThenConnection() throws {
        let page = Self.help("xlen").full(width: 80).shown
        let titles = page.split(separator: "\n").filter { $0.hasSuffix(":") }.map(String.init)
        #expect(titles == ["Arguments:", "Options:", "Examples:", "Output options:", "Connection options:"])
        for option in CommonOption.all { #expect(page.contains("\(option.name)"), "\(option.name)") }
        let group = Self.help("dlq").full(width: 80).shown
        #expect(group.contains("\nOptions of dlq summary, which runs without a command:\n"))
        #expect(group.contains("\nConnection options:\n"))
        #expect(!Self.help("context").full(width: 80).shown.contains("Connection options:"))
        #expect(!Self.help("sandbox").full(width: 80).shown.contains("Output options:"))
    }

    @Test(arguments: [60, 80, 120, 200])
    func wholePagesFitTheTerminal(width: Int) throws {
        for command in Self.commands() {
            let examples = Set(command.text.examples.flatMap { $0 }.map { "  \($0)" })
            let lines = Self.help(command).full(width: width).shown.split(separator: "\n").map(String.init)
            for line in lines where !examples.contains(line) {
                #expect(line.count <= width, "\(command.words): \(line)")
            }
        }
    }

    @Test(arguments: [1, 20, 39])
    func linesToPasteAreNeverFolded(width: Int) throws {
        for command in Self.commands() {
            let page = Self.help(command).full(width: width).shown
            for line in command.text.examples.flatMap({ $0 }) { #expect(page.contains("\n  \(line)\n"), "\(line)") }
        }
    }

    /// A line that is too long for a small terminal goes on behind a backslash.
    @Test func examplesFitEightyColumns() throws {
        for command in CommandDescription.root.family {
            for line in command.text.examples.flatMap({ $0 }) { #expect(line.count <= 78, "\(line)") }
        }
    }

    // MARK: The root

    @Test func theRootPageHasEachCommandOnALineOfItsOwn() throws {
        let lines = RootHelp.page(width: 80).shown.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= RootHelp.limit)
        #expect(lines.allSatisfy { $0.count <= 80 })
        for command in CommandDescription.root.documentedSubcommands {
            let own = lines.filter { $0.hasPrefix("  \(command.commandName) ") }
            #expect(own.count == 1, "\(command.commandName)")
            #expect(own.allSatisfy { $0.hasSuffix(command.text.purpose) }, "\(command.commandName)")
        }
    }

    /// One without a group is in no list.
    @Test func everyCommandHasAGroup() {
        let strays = Caracalctl.configuration.ungroupedSubcommands.filter { $0.configuration.shouldDisplay }
        #expect(strays.isEmpty, "\(strays): add it to a group in Caracalctl.swift")
        let titles = Caracalctl.configuration.groupedSubcommands.map(\.name)
        #expect(Set(titles).count == titles.count)
    }

    @Test func everyCommandIsListedUnderItsOwnName() {
        for command in Caracalctl.groups.flatMap(\.commands) {
            #expect(command.name == command.type()._commandName)
        }
    }

    /// Empty lines go first.
    @Test func theRootPageHasRoomForMoreCommands() {
        let groups = Caracalctl.configuration.groupedSubcommands
        let commands = groups.flatMap(\.subcommands)
        let more = CommandGroup(name: "More", subcommands: Array((commands + commands).prefix(30 - commands.count)))
        let lines = RootHelp.page(width: 80, groups + [more]).shown.split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(lines.count <= RootHelp.limit)
        #expect(lines.contains("More:"))
    }

    // MARK: Topics

    @Test(arguments: HelpTopic.short)
    func aTopicIsOneScreen(topic: HelpTopic) {
        let lines = topic.page(width: 80).shown.split(separator: "\n", omittingEmptySubsequences: false)
        // Its variables are too many for a small screen.
        #expect(lines.count <= (topic == .environment ? 58 : 24), "\(topic): \(lines.count)")
        #expect(lines.allSatisfy { $0.count <= 80 || !$0.trimmed.contains(" ") }, "\(topic)")
        #expect(lines.allSatisfy { $0.last != " " })
    }

    /// Nothing of its source is left, no sentence is wider than the terminal, and every heading is there.
    @Test(arguments: HelpTopic.manuals, [40, 80, 200])
    func aManualIsText(topic: HelpTopic, width: Int) throws {
        let page = topic.page(width: width).shown
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "NAME")
        #expect(lines[1].hasPrefix("    caracalctl-\(topic.rawValue) -"))
        #expect(!page.contains("\\f") && !page.contains("\\(") && !page.contains("\\-"))
        #expect(!lines.contains { line in ["    .PP", "    .TP", "    .B "].contains(where: line.hasPrefix) })
        #expect(lines.allSatisfy { $0.last != " " })
        let source = String(
            decoding: try TemporaryFolder.read("\(Repository.root)/man/caracalctl-\(topic.rawValue).7"),
            as: UTF8.self
        )
        for line in source.split(separator: "\n") where line.hasPrefix(".SH ") {
            let heading = line.dropFirst(5).dropLast().replacing("\\-", with: "-").replacing("\\(aq", with: "'")
            #expect(lines.contains { $0 == heading }, "\(heading)")
        }
    }

    @Test func theMacrosOfAManualBecomeLines() {
        let source = """
            .TH "X" 7
            .SH "NAME"
            x\\-y \\- what
            it is
            .SS "Part"
            One \\fBbold\\fR word, \\(dqquoted\\(dq.
            .PP
            .RS 2
            .nf
            $ a  \\-b  c\\e
            \\&...
            .fi
            .RE
            .TP
            .BI "name" " type"
            What it is.
            Twice.
            .PP
            1.
            Last.
            """
        #expect(
            ManualText(source: source).page(width: 30) == """
                NAME
                    x-y - what it is

                  Part
                    One bold word, "quoted".

                      $ a  -b  c\\
                      ...

                    name type
                        What it is. Twice.

                    1. Last.
                """
        )
    }

    @Test func topicsAreWhole() {
        let streams = HelpTopic.streams.page(width: 80).shown
        for stream in StreamTable.all {
            #expect(streams.contains("\n\(stream.shortName) "), "\(stream.shortName)")
            #expect(stream.groups.allSatisfy { streams.contains($0.name) })
        }
        let exit = HelpTopic.exit.page(width: 400).shown
        for status in ExitStatus.allCases { #expect(exit.contains("\n  \(status.rawValue) "), "\(status)") }
        #expect(ExitStatus.allCases.allSatisfy { exit.contains($0.meaning) })
        #expect(exit.contains("a bad signature"))
        for (topic, section) in [(HelpTopic.connection, CommonOption.Section.connection), (.output, .output)] {
            let page = topic.page(width: 80).shown
            for option in CommonOption.all where option.section == section { #expect(page.contains(option.name)) }
        }
        let environment = HelpTopic.environment.page(width: 80).shown
        for variable in SettingVariables.connection + SettingVariables.database + SettingVariables.keys
            + SettingVariables.process + SettingVariables.surroundings + SettingVariables.dispatch
        {
            #expect(environment.contains(variable), "\(variable)")
        }
    }

    /// Whatever the width, with all its words.
    @Test(arguments: [40, 80, 200])
    func noWordOfTheEnvironmentIsLeftOut(width: Int) {
        let words = { (text: String) in text.split { $0 == " " || $0 == "\n" }.map(String.init) }
        let page = words(HelpTopic.environment.page(width: width).shown)
        let listed = ManualFacts.environment.filter { !$0.meaning.hasPrefix("As --") || $0.meaning.contains(". ") }
        for entry in listed where !entry.meaning.hasPrefix("1 is --") {
            let wanted = words(entry.meaning)
            let isThere = page.indices.contains { page[$0...].starts(with: wanted) }
            #expect(isThere, "\(entry.name)")
        }
    }

    /// Streams and groups that stand by position are taken as options, and help says so.
    @Test(arguments: [
        ["pending"], ["claim"], ["ack"], ["xlen"], ["tail"], ["verify-sig"], ["trim"], ["publish"], ["provision"],
    ])
    func namesThatMayBeOptionsAreSaidToBe(words: [String]) throws {
        let page = CommandHelp(words, in: .root).full(width: 200).shown
        #expect(page.contains("Also -s, --stream."), "\(page)")
        #expect(page.contains("Also -g, --group.") == ["pending", "claim", "ack"].contains(words[0]))
    }

    /// What the topic names is read as it says.
    @Test func everyFormOfATimeIsRead() {
        for form in HelpTopic.timeForms.flatMap({ $0.0 }) {
            #expect(StreamPosition(typed: form.filter { $0 != "\"" }) != nil, "\(form)")
        }
        #expect(HelpTopic.durationForms.flatMap { $0.0 }.compactMap(Parse.duration).count == 7)
        #expect(Parse.duration("30") == 30_000 && Parse.duration("1h30m") == 5_400_000)
    }

    @Test func noPageIsCalledAsACommandAndATopic() throws {
        let names = CommandDescription.root.visibleSubcommands.map(\.commandName)
        for topic in HelpTopic.allCases { #expect(!names.contains(topic.rawValue)) }
    }
}

extension Substring {
    /// Without the blanks before it.
    fileprivate var trimmed: Substring { drop { $0 == " " } }
}
