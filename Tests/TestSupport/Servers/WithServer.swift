import RedisSandbox

/// Runs `body` with a private server of a version, which is gone afterwards whatever happened.
///
/// `extra` are more configuration lines, such as `requirepass secret` or `maxmemory 2mb`. Where every `try` of the body
/// stands inside `#expect`, the compiler does not see it and wants the closure to begin with `server throws in`.
package func withServer<Result>(
    _ binary: RedisBinary = .v8_2,
    listening: SandboxSettings.Listening = .freePort,
    extra: [String] = [],
    _ body: (SandboxServer) throws -> Result
) throws -> Result {
    let server = try startServer(binary, listening: listening, extra: extra)
    defer { server.stop() }
    return try body(server)
}

/// As the other `withServer`, for a body that suspends.
package func withServer<Result>(
    _ binary: RedisBinary = .v8_2,
    listening: SandboxSettings.Listening = .freePort,
    extra: [String] = [],
    _ body: (SandboxServer) async throws -> Result
) async throws -> Result {
    let server = try startServer(binary, listening: listening, extra: extra)
    defer { server.stop() }
    return try await body(server)
}

/// Starts a private server, for a test that needs it longer than one closure; it is gone with the last reference to it.
///
/// What it logs as slow is not kept: on a busy machine any call may be, and doctor would find that. `slowlog-max-len 128` keeps it.
package func startServer(
    _ binary: RedisBinary = .v8_2,
    listening: SandboxSettings.Listening = .freePort,
    extra: [String] = []
) throws -> SandboxServer {
    let settings = SandboxSettings(
        program: try binary.path,
        listening: listening,
        extraDirectives: ["slowlog-max-len 0"] + extra
    )
    return try SandboxServer.start(settings, within: .seconds(120))
}
