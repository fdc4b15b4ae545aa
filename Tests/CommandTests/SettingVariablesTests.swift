import ArgumentParser
import Caracal
import Redis
import Synchronization
import TestSupport
import Testing

@testable import CaracalCommands

@Suite struct SettingVariablesTests {
    private static let listed =
        SettingVariables.connection + SettingVariables.database + SettingVariables.keys + SettingVariables.process
        + SettingVariables.surroundings + SettingVariables.dispatch

    @Test func nothingThatLeadsToADeploymentIsLeftInASandbox() throws {
        let others = [
            "PGPASSFILE", "PGSERVICEFILE", "PGSSLKEY", "REDIS_SENTINEL_PASSWORD", "SENTINEL_URL",
            "CARACALCTL_SETTING_OF_TOMORROW", "VALKEYCLI_AUTH",
        ]
        // Where the system's certificates and terminals are does not lead anywhere.
        let harmless = Set(SettingVariables.surroundings + SettingVariables.dispatch + SettingVariables.process)
            .subtracting(["CARACALCTL_CONFIRM", "CARACALCTL_READ_ONLY", "CARACALCTL_QUIET", "CARACALCTL_OUTPUT"])
        let environment = Dictionary(uniqueKeysWithValues: (Self.listed + others).map { ($0, "production") })
            .merging(["CARACALCTL_READ_ONLY": "1", "CARACALCTL_QUIET": "1", "CARACALCTL_OUTPUT": "json"]) { $1 }
        let result = try CommandRunner(environment: environment).run(["sandbox", "--", "env"])
        #expect(result.status == 0)
        let lines = result.stdout.split(separator: "\n").map(String.init)
        let kept = lines.filter { $0.hasSuffix("=production") }.map { String($0.dropLast("=production".count)) }
        #expect(Set(kept) == harmless)
        #expect(lines.contains("CARACALCTL_READ_ONLY=1"))
        for start in ["REDIS_URL=redis://127.0.0.1:", "STREAMS_HMAC_KEY_FILE=/", "AUDIT_HMAC_KEY_FILE=/"] {
            #expect(lines.filter { $0.hasPrefix(start) }.count == 1)
        }
    }

    /// What is asked of the environment while everything is settled, whichever way the server is named.
    @Test func everyVariableThatIsReadIsListed() throws {
        let asked = Mutex<Set<String>>([])
        for way in ["CARACALCTL_URL", "CARACALCTL_SOCKET", "CARACALCTL_SENTINEL", "REDIS_HOST", "PGHOST", ""] {
            let values = [
                "CARACALCTL_URL": "rediss://h", "CARACALCTL_SOCKET": "/s", "CARACALCTL_SENTINEL": "h:1",
                "REDIS_HOST": "h", "PGHOST": "h",
            ].filter { $0.key == way }.merging(["CARACALCTL_MASTER_NAME": "m"]) { $1 }
            let source = SettingsSource(
                environment: { name in
                    asked.withLock { _ = $0.insert(name) }
                    return values[name]
                },
                file: { path throws(SecretFileError) in throw SecretFileError(path: path, reason: "not there") },
                askPassword: { nil }
            )
            _ = try ChosenContext.choose(CommonOptions().connection, source)
            _ = try ConnectionSettings.resolve(CommonOptions().connection, source)
            _ = try OutputSettings.resolve(CommonOptions().output, source)
            _ = try AuditSettings(source)
            for outbox in OutboxTable.allCases { _ = try DispatchRules.read(for: outbox, source) }
            let database = try DatabaseSettings.resolve(source)
            _ = [database?.address, database?.database, database?.user, database?.sslMode, database?.service]
            _ = database?.password
            for scheme in [true, false] { _ = try KeySettings(source).load(scheme ? .fields : .audit) }
            _ = Output(source)
        }
        let folders: Set = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "TERM"]
        #expect(asked.withLock { $0.subtracting(folders) }.subtracting(Self.listed) == [])
        // CARACAL_MODE is the one that only signatures ask for, SSL_CERT_* those of TLS alone.
        #expect(asked.withLock { Set(Self.listed).subtracting($0) } == ["CARACAL_MODE"])
    }
}
