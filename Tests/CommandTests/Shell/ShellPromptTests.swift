import Redis
import Rendering
import Testing
import Text

@testable import CaracalCommands

@Suite struct ShellPromptTests {
    private func prompt(
        _ context: Context? = nil,
        role: ServerIdentity.Role? = .master,
        isReadOnly: Bool = false,
        look: TerminalLook = TerminalLook(usesColour: false, width: 100)
    ) -> ScreenText {
        var server = ServerIdentity()
        server.role = role
        return ShellPrompt(context: context, address: "10.0.0.5:6379", server: server, isReadOnly: isReadOnly).text(
            look
        )
    }

    @Test func itNamesTheServerAndItsRole() {
        #expect(prompt() == "caracal 10.0.0.5:6379 master> ")
        #expect(prompt(role: .replica) == "caracal 10.0.0.5:6379 replica> ")
        #expect(prompt(role: nil) == "caracal 10.0.0.5:6379> ")
        #expect(prompt(isReadOnly: true) == "caracal 10.0.0.5:6379 master read-only> ")
    }

    @Test func aProtectedContextIsMarkedWithoutColourToo() {
        #expect(prompt(Context(name: "dev")) == "caracal [dev] 10.0.0.5:6379 master> ")
        let prod = Context(name: "prod", values: [.protected: "true"])
        #expect(prompt(prod) == "caracal [prod!] 10.0.0.5:6379 master> ")
        let coloured = prompt(prod, look: TerminalLook(usesColour: true, width: 100))
        #expect(coloured == "\u{1}\u{1B}[1;31m\u{2}caracal [prod!] 10.0.0.5:6379 master\u{1}\u{1B}[0m\u{2}> ")
    }

    /// What is bold is bright in many terminals: bright green, yellow and cyan cannot be read on white.
    @Test func aColourCanBeReadOnBlackAndOnWhite() {
        for colour in ContextColour.allCases {
            let isLight = [.green, .yellow, .cyan].contains(colour)
            #expect(colour.applied(to: "x").shown.contains("[1;") == !isLight, "\(colour)")
        }
        for style in [Style.green, .yellow, .red] {
            #expect(
                ["\u{1B}[31mx\u{1B}[0m", "\u{1B}[32mx\u{1B}[0m", "\u{1B}[33mx\u{1B}[0m"].contains(
                    style.applied(to: "x")
                )
            )
        }
    }

    @Test func aNarrowTerminalKeepsWhatMatters() {
        let narrow = TerminalLook(usesColour: false, width: 20)
        let prod = Context(name: "prod", values: [.protected: "true"])
        #expect(prompt(look: narrow) == "caracal> ")
        #expect(prompt(role: .replica, look: narrow) == "caracal replica> ")
        #expect(prompt(prod, look: narrow) == "[prod!]> ")
    }
}
