import RedisSandbox
import TestSupport
import Testing

/// Valkey is called by its own name and version, and judged by its own rules.
@Suite struct ValkeyTests {
    @Test func itIsCalledByItsName() throws {
        try withServer(.valkey9_1) { server in
            let address = "127.0.0.1:\(server.port ?? 0)"
            let table = try server.run("env", "--connect")
            #expect(table.stdout.hasSuffix("\nconnected to \(address): Valkey 9.1.2, master\n"))
            let json = try server.run("env", "--connect", "-o", "ndjson")
            #expect(json.status == 0)
            let document = try server.run("provision", "-o", "json")
            #expect(document.stdout.contains(#""product": "valkey""#), "\(document.stdout)")
            #expect(document.stdout.contains(#""version": "9.1.2""#))
            let doctor = try server.run("doctor", "--only", "server-version")
            #expect(doctor.status == 0, "\(doctor.stdout)")
        }
    }
}
