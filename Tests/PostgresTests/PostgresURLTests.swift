import Redis
import Testing

@testable import Postgres

@Suite struct PostgresURLTests {
    @Test(arguments: [
        ("postgres://", "[] - - - []"),
        ("postgres:///caracal", "[] - - caracal []"),
        ("postgres://host", "[host] - - - []"),
        ("postgresql://ops@host:5433/caracal", "[host:5433] ops - caracal []"),
        ("postgres://ops:secret@host/caracal?sslmode=verify-full", "[host] ops secret caracal [sslmode=verify-full]"),
        ("postgres://ops:p%2Fw%40@host/", "[host] ops p/w@ - []"),
        ("postgres://ops:p@ss:word@host/db", "[host] ops p@ss:word db []"),
        ("postgres://ops:@[::1]:6543/db", "[::1:6543] ops - db []"),
        ("postgres://a:5433,b,[::1]:7/db", "[a:5433, b, ::1:7] - - db []"),
        ("postgres://%2Fvar%2Frun/db", "[/var/run] - - db []"),
        ("postgres://ops@/db?host=/tmp&application_name=x%20y", "[] ops - db [host=/tmp, application_name=x y]"),
        ("postgres://h/db?ssl=true", "[h] - - db [sslmode=require]"),
        ("postgres://h:/db?sslmode=", "[h] - - db [sslmode=]"),
    ])
    func partsAreTold(text: String, parts: String) throws {
        let url = try PostgresURL(text)
        let hosts = url.hosts.map { host in host.port.map { "\(host.name):\($0)" } ?? host.name }
        let parameters = url.parameters.map { "\($0.name)=\(String(decoding: $0.value.bytes, as: UTF8.self))" }
        let password = url.password.map { String(decoding: $0.bytes, as: UTF8.self) }
        let shown = [
            "[\(hosts.joined(separator: ", "))]", url.user ?? "-", password ?? "-", url.database ?? "-",
            "[\(parameters.joined(separator: ", "))]",
        ]
        #expect(shown.joined(separator: " ") == parts)
    }

    @Test(arguments: [
        ("host/db", PostgresURLError.noScheme), ("redis://h", .unknownScheme), ("POSTGRES://h", .unknownScheme),
        ("postgres://u:hunter2%4@h", .badEscape("password")), ("postgres://u%zz@h", .badEscape("user")),
        ("postgres://u:hunter2%00@h", .notText("password")), ("postgres://u:hunter2%ff@h", .notText("password")),
        ("postgres://[::1/db", .badHost), ("postgres://[::1]5/db", .badHost), ("postgres://a b/db", .badHost),
        ("postgres://h:0/db", .badPort), ("postgres://h:65536", .badPort), ("postgres://u:hunter2", .badPort),
        ("postgres://h:5432:5433", .badPort), ("postgres://h/db?sslmode", .badParameter),
        ("postgres://h/db?SSL=1", .badParameter), ("postgres://h/db?=1", .badParameter),
        ("postgres://h/db#x", .fragment), ("postgres://u:hunter2/x@h/db", .ambiguous),
        ("postgres://u:hunter2?x@h/db", .ambiguous), ("postgres://u:hunter2#x@h/db", .ambiguous),
        ("postgres://h/db?user=a@b", .ambiguous),
    ])
    func mistakesAreNamedWithoutThePassword(text: String, error: PostgresURLError) {
        #expect(throws: error) { try PostgresURL(text) }
        #expect(!error.description.contains("hunter2"))
    }

    @Test func secretsAreKnown() throws {
        let url = try PostgresURL("postgres://h/d?password=a&sslpassword=b&scram_client_key=c&sslkey=d&user=e")
        #expect(url.parameters.filter(\.isSecret).map(\.name) == ["password", "sslpassword", "scram_client_key"])
        #expect("\(url)".contains("***") && !"\(url)".contains("[97]"))
    }
}
