import ArgumentParser

@testable import CaracalCommands
@testable import Redis

/// Settles the connection's settings from options, variables and files that are given here and nowhere else.
func settle(
    _ arguments: [String] = [],
    _ environment: [String: String] = [:],
    files: [String: String] = [:],
    typing typed: String? = nil
) throws -> ConnectionSettings {
    try ConnectionSettings.resolve(
        CommandLineWords(["xlen"] + arguments).common.connection,
        source(environment, files, typed)
    )
}

/// The same for the output's settings.
func settleOutput(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws -> OutputSettings {
    let options = CommandLineWords(["xlen"] + arguments).common.output
    try options.validate()
    return try OutputSettings.resolve(options, source(environment, [:], nil))
}

/// A source of settings that has these variables and files, and nothing else.
func source(
    _ environment: [String: String],
    _ files: [String: String] = [:],
    _ typed: String? = nil
) -> SettingsSource {
    SettingsSource(
        environment: { environment[$0] },
        file: { path throws(SecretFileError) in
            guard let text = files[path] else {
                throw SecretFileError(path: path, reason: "no such file or directory")
            }
            return SecretFile.Content(secret: Secret(Array(text.utf8)), isReadableByOthers: path.hasSuffix("-open"))
        },
        askPassword: { typed.map { Secret(Array($0.utf8)) } }
    )
}

extension ConnectionSettings {
    /// Where, and who: with the password as it is, for comparison.
    var summary: String {
        let who = endpoint.credentials.map { credentials in
            "\(credentials.user ?? "")/\(String(decoding: credentials.password.bytes, as: UTF8.self))"
        }
        return "\(endpoint) db \(endpoint.database) as \(who ?? "nobody")"
    }
}

extension ConnectionSettings {
    /// The server, where it is one whose address is known; else one that is nowhere.
    var endpoint: Endpoint {
        if case .server(let endpoint) = deployment { endpoint } else { Endpoint(address: .unix(path: "")) }
    }

    /// The Sentinels, where there are any.
    var sentinels: Sentinels? {
        if case .sentinels(let sentinels) = deployment { sentinels } else { nil }
    }
}
