import Redis
import Testing

@Suite struct RedisURLTests {
    /// A URL's parts, for a table.
    struct Parts: Sendable, Equatable {
        var scheme = RedisURL.Scheme.redis
        var user: String?
        var password: String?
        var hosts: [String] = []
        var name: String?
        var database: Int?

        init(
            _ scheme: RedisURL.Scheme,
            user: String? = nil,
            password: String? = nil,
            hosts: [String] = [],
            name: String? = nil,
            database: Int? = nil
        ) {
            self.scheme = scheme
            self.user = user
            self.password = password
            self.hosts = hosts
            self.name = name
            self.database = database
        }

        init(_ url: RedisURL) {
            self.init(
                url.scheme,
                user: url.user,
                password: url.password.map { String(decoding: $0.bytes, as: UTF8.self) },
                hosts: url.hosts.map { host in host.port.map { "\(host.name) \($0)" } ?? host.name },
                name: url.name,
                database: url.database
            )
        }
    }

    static let good: [(String, Parts)] = [
        ("redis://redis", Parts(.redis, hosts: ["redis"])),
        ("redis://redis/", Parts(.redis, hosts: ["redis"])),
        ("redis://redis:6379", Parts(.redis, hosts: ["redis 6379"])),
        ("redis://redis:6379/", Parts(.redis, hosts: ["redis 6379"])),
        ("redis://redis:1/0", Parts(.redis, hosts: ["redis 1"], database: 0)),
        ("redis://redis:65535/15", Parts(.redis, hosts: ["redis 65535"], database: 15)),
        ("redis://redis/99999", Parts(.redis, hosts: ["redis"], database: 99_999)),
        ("redis://10.0.0.1:6379/1", Parts(.redis, hosts: ["10.0.0.1 6379"], database: 1)),
        ("redis://[::1]", Parts(.redis, hosts: ["::1"])),
        ("redis://[fe80::1%25eth0]:6380/2", Parts(.redis, hosts: ["fe80::1%eth0 6380"], database: 2)),
        ("redis://:secret@redis:6379", Parts(.redis, password: "secret", hosts: ["redis 6379"])),
        ("redis://op:secret@redis", Parts(.redis, user: "op", password: "secret", hosts: ["redis"])),
        ("redis://op@redis", Parts(.redis, user: "op", hosts: ["redis"])),
        ("redis://op:@redis", Parts(.redis, user: "op", hosts: ["redis"])),
        ("redis://:@redis", Parts(.redis, hosts: ["redis"])),
        ("redis://@redis", Parts(.redis, hosts: ["redis"])),
        ("redis://o%70:p%40%2f%3A%00@redis", Parts(.redis, user: "op", password: "p@/:\0", hosts: ["redis"])),
        ("redis://:a:b:c@redis", Parts(.redis, password: "a:b:c", hosts: ["redis"])),
        ("redis://:a@b@redis", Parts(.redis, password: "a@b", hosts: ["redis"])),
        ("redis://:a?b#c@redis", Parts(.redis, password: "a?b#c", hosts: ["redis"])),
        ("redis://:a/b@redis:1/2", Parts(.redis, password: "a/b", hosts: ["redis 1"], database: 2)),
        ("redis://:/?#@@redis", Parts(.redis, password: "/?#@", hosts: ["redis"])),
        ("redis://:a%2Fb%3Fc%23d%40e%25@redis/1", Parts(.redis, password: "a/b?c#d@e%", hosts: ["redis"], database: 1)),
        ("redis://:pw@redis?name=a%40b", Parts(.redis, password: "pw", hosts: ["redis"])),
        ("unix://:a/b@/run/redis.sock", Parts(.unix, password: "a/b", name: "/run/redis.sock")),
        ("unix:///run/a@b/redis.sock", Parts(.unix, name: "/run/a@b/redis.sock")),
        ("redis+sentinel://:p/w@h1,h2/m", Parts(.sentinel, password: "p/w", hosts: ["h1", "h2"], name: "m")),
        ("redis://:geheim-ü@redis", Parts(.redis, password: "geheim-ü", hosts: ["redis"])),
        ("redis://redis?protocol=3", Parts(.redis, hosts: ["redis"])),
        ("redis://redis/4?protocol=3", Parts(.redis, hosts: ["redis"], database: 4)),
        ("rediss://redis:6380", Parts(.rediss, hosts: ["redis 6380"])),
        ("unix:///run/redis.sock", Parts(.unix, name: "/run/redis.sock")),
        ("unix:///run/a%20b?db=3", Parts(.unix, name: "/run/a b", database: 3)),
        ("unix://:secret@/run/redis.sock", Parts(.unix, password: "secret", name: "/run/redis.sock")),
        (
            "redis+sentinel://:pw@h1:26379,h2/mymaster",
            Parts(.sentinel, password: "pw", hosts: ["h1 26379", "h2"], name: "mymaster")
        ),
        (
            "rediss+sentinel://[::1]:1,h2:2/mymaster/3",
            Parts(.sentinels, hosts: ["::1 1", "h2 2"], name: "mymaster", database: 3)
        ),
    ]

    @Test(arguments: good)
    func reads(url: String, parts: Parts) throws {
        #expect(Parts(try RedisURL(url)) == parts)
    }

    static let bad: [(String, RedisURLError)] = [
        ("", .noScheme),
        ("redis", .noScheme),
        ("localhost:6379", .noScheme),
        ("redis:/redis", .noScheme),
        ("://redis", .unknownScheme),
        ("http://redis", .unknownScheme),
        (" redis://redis", .unknownScheme),
        ("REDI\u{53}\u{301}://redis", .unknownScheme),
        ("redis://", .noHost),
        ("redis:///0", .noHost),
        ("redis://:6379", .noHost),
        ("redis://:pw@", .noHost),
        ("redis://:pw@:6379", .noHost),
        ("redis://[]", .noHost),
        ("redis://[::1", .badHost),
        ("redis://[::1]6379", .badHost),
        ("redis://::1", .badHost),
        ("redis://fe80::1:6379", .badHost),
        ("redis://a b", .badHost),
        ("redis://a%00b", .badHost),
        ("redis://a\tb", .badHost),
        ("redis://a%0ab", .badHost),
        ("redis://a%7f", .badHost),
        ("redis://redis:", .badPort),
        ("redis://redis:0", .badPort),
        ("redis://redis:65536", .badPort),
        ("redis://redis:99999999999999999999", .badPort),
        ("redis://redis:+1", .badPort),
        ("redis://redis:-1", .badPort),
        ("redis://redis:6379x", .badPort),
        ("redis://redis:٦", .badPort),
        ("redis://redis/x", .badDatabase),
        ("redis://redis/-1", .badDatabase),
        ("redis://redis/100000", .badDatabase),
        ("redis://redis/0/", .surplus),
        ("redis://redis/0/1", .surplus),
        ("redis://%zz@redis", .badEscape("user")),
        ("redis://:%@redis", .badEscape("password")),
        ("redis://:%4@redis", .badEscape("password")),
        ("redis://:%+1@redis", .badEscape("password")),
        ("redis://re%dis", .badEscape("host")),
        ("redis://%ff@redis", .notUTF8("user")),
        ("redis://%ff", .notUTF8("host")),
        ("unix://", .noSocketPath),
        ("unix:///", .noSocketPath),
        ("unix://run/redis.sock", .noSocketPath),
        ("unix:///run/redis.sock?db=x", .badDatabase),
        ("redis://h?db=x", .badDatabase),
        ("unix:///run/redis.sock?x=1", .badDatabase),
        ("unix:///run/%ff", .notUTF8("socket's path")),
        ("unix:///run/a%00b", .noSocketPath),
        ("redis://:pw@redis?x=a@evil", .ambiguous),
        ("redis://redis?x=a@evil", .ambiguous),
        ("redis://:pw@redis/0?x=a@evil", .ambiguous),
        ("redis://:pw@redis#x@evil", .ambiguous),
        ("redis://redis/@evil", .ambiguous),
        ("redis://op:12/34@redis", .ambiguous),
        ("redis+sentinel://:pw@h1/m@evil/n", .ambiguous),
        ("redis://redis#x", .badHost),
        ("redis+sentinel://h1", .noMasterName),
        ("redis+sentinel://h1/", .noMasterName),
        ("redis+sentinel://h1,/m", .noHost),
        ("redis+sentinel://h1/m/x", .badDatabase),
        ("redis+sentinel://h1/m/1/2", .surplus),
    ]

    @Test(arguments: bad)
    func refuses(url: String, error: RedisURLError) {
        #expect(throws: error) { try RedisURL(url) }
    }

    /// Passwords of every dangerous kind, written as they are before a host: each is taken whole for that host, or refused.
    @Test func noPasswordGoesToAnotherHostThanTheOneMeant() throws {
        let pieces = ["a", "@", "/", "?", "#", ":", "h.example", "0", "db=1", "%2F", "[", ","]
        var passwords = [""]
        for _ in 0..<3 {
            passwords += Set(passwords.flatMap { start in pieces.map { start + $0 } }).subtracting(passwords)
        }
        for password in passwords where !password.isEmpty {
            guard let url = try? RedisURL("redis://:\(password)@meant.example:6379/0") else { continue }
            #expect(url.hosts.map(\.name) == ["meant.example"], "\(password)")
            #expect(url.hosts.map(\.port) == [6379], "\(password)")
            let decoded = password.split(separator: "%2F", omittingEmptySubsequences: false).joined(separator: "/")
            #expect(url.password?.bytes == Array(decoded.utf8), "\(password)")
        }
    }

    @Test func noErrorRepeatsTheURL() {
        for text in [
            "redis://:sesame@", "redis://:sesame@[", "redis://:ses/ame@h/x", "redis://:sesame%@h", "x://:sesame@",
            "redis://:sesame@h?x@y",
        ] {
            let error = #expect(throws: RedisURLError.self) { try RedisURL(text) }
            #expect(error?.description.contains("same") == false)
        }
    }
}
