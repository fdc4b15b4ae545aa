import Redis
import Testing
import Text

@testable import CaracalCommands
@testable import Postgres

@Suite struct DatabaseSettingsTests {
    /// What is settled, each part with its origin: address, database, user, password, sslmode, service.
    private func settle(_ environment: [String: String], files: [String: String] = [:]) throws -> [String]? {
        guard let settings = try DatabaseSettings.resolve(source(environment, files)) else { return nil }
        let texts = [settings.address, settings.database, settings.user].map(Self.shown)
        let password = settings.password.map {
            "\(String(decoding: $0.value.bytes, as: UTF8.self)) (\($0.origin))"
        }
        return texts + [password ?? "-"] + [settings.sslMode, settings.service].map(Self.shown)
    }

    private static func shown(_ setting: Setting<String>?) -> String {
        setting.map { "\($0.value) (\($0.origin))" } ?? "-"
    }

    @Test func nothingNamesADatabase() throws {
        #expect(try settle([:]) == nil)
        // Who to be, or how, is no place.
        #expect(try settle(["PGUSER": "u", "PGPASSWORD": "p", "PGPORT": "1", "PGSSLMODE": "require"]) == nil)
        #expect(
            throws: CommandError(
                .configuration,
                "no database is named: set DATABASE_URL, or DATABASE_URL_FILE (postgres://host:5432/caracal, with "
                    + "user:password@ before the host)"
            )
        ) { try DatabaseSettings.required(source([:])) }
    }

    @Test func theURLGoesFirstAndLibpqsVariablesFillIn() throws {
        let environment = [
            "DATABASE_URL": "postgres://u:p@h/d?sslmode=verify-full", "DATABASE_URL_FILE": "/nowhere", "PGHOST": "x",
            "PGPORT": "6543", "PGUSER": "x", "PGPASSWORD": "x", "PGDATABASE": "x", "PGSSLMODE": "x", "PGSERVICE": "s",
        ]
        #expect(
            try settle(environment) == [
                "h:6543 (DATABASE_URL)", "d (DATABASE_URL)", "u (DATABASE_URL)", "p (DATABASE_URL)",
                "verify-full (DATABASE_URL)", "s (PGSERVICE)",
            ]
        )
        #expect(
            try settle(environment.merging(["DATABASE_URL": "postgres://"]) { $1 }) == [
                "x:6543 (PGHOST)", "x (PGDATABASE)", "x (PGUSER)", "x (PGPASSWORD)", "x (PGSSLMODE)", "s (PGSERVICE)",
            ]
        )
    }

    @Test func theFileHoldsTheURL() throws {
        let settled = try settle(
            ["DATABASE_URL_FILE": "/url"],
            files: ["/url": "postgres://u@/d?host=/run/postgresql&port=1"]
        )
        #expect(
            settled == [
                "/run/postgresql/.s.PGSQL.1 (DATABASE_URL_FILE (/url))", "d (DATABASE_URL_FILE (/url))",
                "u (DATABASE_URL_FILE (/url))", "-", "-", "-",
            ]
        )
    }

    @Test func thePasswordsFileIsTheLastThatIsRead() throws {
        let files = ["/p-open": "file"]
        let password = { (environment: [String: String]) in
            try settle(environment.merging(["PGPASSWORD_FILE": "/p-open"]) { $1 }, files: files)?[3]
        }
        #expect(try password(["DATABASE_URL": "postgres://u:url@h"]) == "url (DATABASE_URL)")
        #expect(try password(["DATABASE_URL": "postgres://u@h", "PGPASSWORD": "v"]) == "v (PGPASSWORD)")
        #expect(try password(["DATABASE_URL": "postgres://u@h"]) == "file (PGPASSWORD_FILE (/p-open))")
        #expect(try password(["PGHOST": "h"]) == "file (PGPASSWORD_FILE (/p-open))")
        let settings = try DatabaseSettings.resolve(source(["PGHOST": "h", "PGPASSWORD_FILE": "/p-open"], files))
        #expect(settings?.warnings == [.openPasswordFile(.file(path: "/p-open", namedBy: "PGPASSWORD_FILE"))])
        #expect(settings?.postgres(isReadOnly: true).password == Secret(Array("file".utf8)))
    }

    @Test(arguments: [
        (
            ["DATABASE_URL": "redis://u:hunter2@h"],
            "DATABASE_URL is not a usable URL: its scheme is not postgres or postgresql"
        ),
        (
            ["DATABASE_URL": "postgres://u:hunter2@h:x"],
            "DATABASE_URL is not a usable URL: the port is not a number from 1 to 65535"
        ),
        (
            ["DATABASE_URL_FILE": "postgres://u:hunter2@h"],
            "cannot use DATABASE_URL_FILE: no such file or directory (a file is to be named; what was given is not shown, "
                + "since it may be the secret itself)"
        ),
        (
            ["DATABASE_URL_FILE": "/url"],
            "DATABASE_URL_FILE (/url) is not a usable URL: it has no scheme (postgres://user@host:5432/database)"
        ),
    ])
    func mistakesAreNamedWithoutThePassword(environment: [String: String], message: String) {
        let error = #expect(throws: SettingsError.self) {
            try DatabaseSettings.resolve(source(environment, ["/url": "hunter2"]))
        }
        #expect(error?.message.text == message)
    }

    @Test func underAContextOnlyTheContextIsRead() throws {
        var context = Context(name: "prod", values: [.url: "redis://r"])
        let environment = ["DATABASE_URL": "postgres://staging", "PGHOST": "staging", "PGPASSWORD": "staging"]
        let under = {
            source(environment, ["/url": "postgres://u:p@h/d"]).under(
                ChosenContext(context: context, origin: .contextInUse)
            )
        }
        #expect(try DatabaseSettings.resolve(under()) == nil)
        #expect(
            throws: CommandError(
                .configuration,
                "context prod names no database: give it database_url or database_url_file (under a context DATABASE_URL is "
                    + "not read)"
            )
        ) { try DatabaseSettings.required(under()) }
        context.values[.databaseURLFile] = "/url"
        let settings = try #require(try DatabaseSettings.resolve(under()))
        #expect(settings.address?.value == "h:5432")
        #expect(settings.url?.origin.description == "context prod (/url)")
        #expect(!settings.postgres(isReadOnly: true).usesEnvironment)
    }

    @Test(
        arguments: [
            ("postgres://u@h/d", nil),
            (
                "postgres://u:hunter2@h/d",
                "database_url holds a password, which has no place here: name a file that holds the whole URL, as "
                    + "database_url_file"
            ),
            (
                "postgres://u@h/d?password=hunter2",
                "database_url holds a password, which has no place here: name a file that holds the whole URL, as "
                    + "database_url_file"
            ),
            ("redis://h", "database_url is not a usable URL: its scheme is not postgres or postgresql"),
        ] as [(String, String?)]
    )
    func aContextHoldsNoPassword(url: String, fault: String?) {
        #expect(Context.fault(in: url, of: .databaseURL) == fault)
    }
}
