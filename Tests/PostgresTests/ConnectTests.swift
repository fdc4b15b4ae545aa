import Glibc
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Postgres

@Suite struct ConnectTests {
    @Test func theSessionIsAsItWasAskedFor() throws {
        try withPostgres { postgres throws in
            let timeouts = Timeouts(connect: .seconds(30), command: .seconds(4))
            let connection = try connect(postgres, as: "caracalapi", timeouts: timeouts)
            let names = ["application_name", "client_encoding", "statement_timeout", "default_transaction_read_only"]
            let shown = try names.map { try connection.query("SHOW \($0)").first?.text(0) }
            #expect(shown == ["caracalctl", "UTF8", "3600ms", "on"])
            let identity = try #require(connection.identity)
            let version = try #require(try connection.query("SHOW server_version").first?.text(0))
            #expect(!version.isEmpty && identity.version == Array(version.utf8))
            #expect(identity.user == Array("caracalapi".utf8) && identity.database == Array("caracal".utf8))
            #expect(!identity.isEncrypted)
            #expect(connection.target == "127.0.0.1:\(postgres.port ?? 0)")
        }
    }

    @Test func optionsOfTheURLStay() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres, parameters: "?options=-c%20work_mem%3D5MB&pool_max_conns=3")
            #expect(try connection.query("SHOW work_mem").first?.text(0) == "5MB")
            #expect(try connection.query("SHOW default_transaction_read_only").first?.text(0) == "on")
        }
    }

    @Test func aSocketIsNamedByItsPath() throws {
        try withPostgres(PostgresServerSettings(listening: .socket)) { postgres throws in
            let folder = postgres.socketFolder ?? ""
            let port = try #require(Self.socketPort(in: folder))
            let connection = try connect(
                "postgres://caracal:\(postgres.password)@/caracal?host=\(folder)&port=\(port)"
            )
            #expect(connection.target == "\(folder)/.s.PGSQL.\(port)")
            #expect(try connection.query("SELECT 1").first?.integer(0) == 1)
        }
    }

    private static func socketPort(in folder: String) -> UInt16? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(".s.PGSQL."), let port = UInt16(name.dropFirst(".s.PGSQL.".count)) { return port }
        }
        return nil
    }

    @Test func refusalsAreToldApart() throws {
        try withPostgres { postgres throws in
            let place = "127.0.0.1:\(postgres.port ?? 0)"
            let cause = { (url: String) in failure { () throws(PostgresError) in try connect(url) }?.cause }
            let kind = { (url: String) -> PostgresRefusal.Kind? in
                if case .refused(let refusal) = cause(url) { refusal.kind } else { nil }
            }
            #expect(kind("postgres://caracal:wrong@\(place)/caracal") == .authentication)
            #expect(kind("postgres://nobody:wrong@\(place)/caracal") == .authentication)
            #expect(kind("postgres://caracal:\(postgres.password)@\(place)/other") == .noDatabase)
            #expect(cause("postgres://caracal@\(place)/caracal?passfile=/nowhere") == .noPassword)
            #expect(
                cause("postgres://caracal@\(place)/caracal?sslmode=require")
                    == .tls(reason: "server does not support SSL, but SSL was required")
            )
            #expect(
                cause("postgres://caracal@\(place)/caracal?sslmode=often")
                    == .settings(reason: "invalid sslmode value: \"often\"")
            )
            #expect(
                cause("postgres://caracal@\(place)/caracal?schema=x")
                    == .settings(reason: "libpq 15 has no setting schema")
            )
            #expect(
                cause("postgres://caracal@\(place)/caracal?service=x")
                    == .settings(reason: "a service is named by PGSERVICE, not in the URL")
            )
        }
    }

    @Test func nobodyListens() throws {
        let error = failure { () throws(PostgresError) in try connect("postgres://u@127.0.0.1:1/d") }
        #expect(error?.cause == .link(.unreachable(reason: "connection refused")))
        #expect(error?.target == "127.0.0.1:1")
    }

    @Test func theNextServerIsAskedWhereOneCannotBeHad() throws {
        try withPostgres { postgres throws in
            let url = "postgres://caracal:\(postgres.password)@127.0.0.1:1,127.0.0.1:\(postgres.port ?? 0)/caracal"
            #expect(try connect(url).target == "127.0.0.1:\(postgres.port ?? 0)")
        }
    }

    @Test func aServerThatAcceptsAndHangsIsGivenUp() throws {
        let peer = try ScriptedPeer([[.silent]])
        let timeouts = Timeouts(connect: .milliseconds(200))
        let error = failure { () throws(PostgresError) in
            try connect("postgres://u@127.0.0.1:\(peer.port)/d", timeouts: timeouts)
        }
        #expect(error?.cause == .link(.timedOut(after: .milliseconds(200))))
        #expect(error?.phase == .connecting)
    }

    /// The end of everything may be nearer than the time to connect: the message names what was given.
    @Test func theEndOfEverythingIsTheTimeThatIsNamed() throws {
        let peer = try ScriptedPeer([[.silent]])
        let timeouts = Timeouts(connect: .seconds(3_600), end: .after(.milliseconds(200)))
        let error = failure { () throws(PostgresError) in
            try connect("postgres://u@127.0.0.1:\(peer.port)/d", timeouts: timeouts)
        }
        #expect(error?.cause == .link(.timedOut(after: .milliseconds(200))))
    }

    @Test func whoSpeaksSomethingElseIsNoPostgres() throws {
        let peer = try ScriptedPeer([[.send("HTTP/1.1 400 Bad Request\r\n\r\n"), .silent]])
        let error = failure { () throws(PostgresError) in
            try connect("postgres://u@127.0.0.1:\(peer.port)/d?sslmode=disable&gssencmode=disable")
        }
        guard case .unexpected = error?.cause else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aServerThatShutsDownRefusesForNow() throws {
        try withPostgres { postgres throws in
            // It ends once this session does, and lets nobody else in.
            let connection = try connect(postgres)
            kill(postgres.processIdentifier, SIGTERM)
            var error: PostgresError?
            for _ in 0..<1000 where error == nil {
                error = failure { () throws(PostgresError) in try connect(postgres) }
            }
            #expect(error?.refusal?.kind == .notReady)
            #expect(error?.refusal?.state == "57P03")
            #expect(connection.isOpen)
        }
    }

    @Test func theServersCertificateIsChecked() throws {
        let files = try TLSFiles.shared
        try withPostgres(PostgresServerSettings(certificate: try .init(.good))) { postgres throws in
            let checked = { (authority: TLSCertificate) in "?sslmode=verify-full&sslrootcert=\(files.file(authority))" }
            #expect(try connect(postgres, parameters: checked(.authority)).identity?.isEncrypted == true)
            #expect(
                failure { () throws(PostgresError) in try connect(postgres, parameters: checked(.stranger)) }?.cause
                    == .tls(reason: "SSL error: certificate verify failed")
            )
            let missing = failure { () throws(PostgresError) in
                try connect(postgres, parameters: "?sslmode=verify-full&sslrootcert=/nowhere")
            }
            #expect(missing?.cause == .settings(reason: "root certificate file \"/nowhere\" does not exist"))
            let plain = failure { () throws(PostgresError) in try connect(postgres, parameters: "?sslmode=disable") }
            #expect(plain?.refusal?.kind == .authentication)
        }
        try withPostgres(PostgresServerSettings(certificate: try .init(.wrongName))) { postgres throws in
            let parameters = "?sslmode=verify-full&sslrootcert=\(files.file(.authority))"
            guard
                case .tls = failure(of: { () throws(PostgresError) in try connect(postgres, parameters: parameters) })?
                    .cause
            else {
                Issue.record("a certificate of another name was accepted")
                return
            }
        }
    }

    @Test func aServerMayRepeatThePasswordAndNobodyReadsIt() throws {
        // `E`, its length, severity, SQLSTATE, message.
        let fields = "SFATAL\0VFATAL\0C28P01\0Mno hunter2secret here\0\0"
        let length = UInt8(fields.utf8.count + 4)
        let peer = try ScriptedPeer([[.send([UInt8(ascii: "E"), 0, 0, 0, length] + Array(fields.utf8)), .silent]])
        let error = failure { () throws(PostgresError) in
            try connect("postgres://u:hunter2secret@127.0.0.1:\(peer.port)/d?sslmode=disable&gssencmode=disable")
        }
        #expect(error?.refusal?.shownMessage == Array("no *** here".utf8))
    }
}
