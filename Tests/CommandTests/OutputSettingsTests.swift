import Rendering
import Testing

@testable import CaracalCommands
import Text

@Suite struct OutputSettingsTests {
    @Test func optionsBeatVariablesBeatDefaults() throws {
        #expect(try settleOutput().format == Setting(.table, .standard))
        let variables = ["CARACALCTL_OUTPUT": "ndjson", "CARACALCTL_QUIET": "1", "CARACALCTL_READ_ONLY": "yes"]
        let own = try settleOutput([], variables)
        #expect(own.format == Setting(.ndjson, .environment("CARACALCTL_OUTPUT")))
        #expect(own.isQuiet == Setting(true, .environment("CARACALCTL_QUIET")))
        #expect(own.isReadOnly == Setting(true, .environment("CARACALCTL_READ_ONLY")))
        #expect(try settleOutput(["-o", "json"], variables).format == Setting(.json, .option("--output")))
        #expect(try settleOutput(["-q"]).isQuiet == Setting(true, .option("--quiet")))
        #expect(try settleOutput(["--read-only"], ["CARACALCTL_READ_ONLY": "0"]).isReadOnly.value)
    }

    @Test(arguments: [
        ("1", true), ("true", true), ("YES", true), ("on", true), ("0", false), ("False", false), ("no", false),
        ("off", false), ("", false),
    ])
    func readsSwitches(text: String, value: Bool) throws {
        #expect(try settleOutput([], ["CARACALCTL_READ_ONLY": text]).isReadOnly.value == value)
    }

    @Test func aSwitchThatIsNeitherIsAnErrorAndNotTakenForOff() {
        #expect(throws: SettingsError("CARACALCTL_READ_ONLY is neither 1 nor 0")) {
            try settleOutput([], ["CARACALCTL_READ_ONLY": "2"])
        }
        #expect(
            throws: SettingsError(
                "CARACALCTL_OUTPUT is not an output format: expected table, wide, csv, json, ndjson or prometheus"
            )
        ) {
            try settleOutput([], ["CARACALCTL_OUTPUT": "xml"])
        }
    }
}
