import Caracal
import Redis
import Testing
import Text

@testable import CaracalCommands

/// Which settings come to TLS, and to what kind of it.
@Suite struct TLSSettingsTests {
    private static let files = ["/key": "sesame", "/key-open": "sesame"]

    private func policy(_ arguments: [String], _ environment: [String: String] = [:]) throws -> TLSPolicy? {
        try settle(arguments, environment, files: Self.files).endpoint.tls
    }

    @Test(
        arguments: [
            (["--tls"], [:], "127.0.0.1:6379", "--tls"),
            (["--url", "rediss://h:1"], [:], "h:1", "--url"),
            (["--url", "redis://h:1", "--tls"], [:], "h:1", "--tls"),
            ([], ["CARACALCTL_TLS": "1", "REDIS_HOST": "h"], "h:6379", "CARACALCTL_TLS"),
            ([], ["CARACALCTL_TLS": "0", "REDIS_URL": "rediss://h"], "h:6379", "REDIS_URL"),
            ([], ["REDIS_URL_FILE": "/url"], "file:6379", "REDIS_URL_FILE (/url)"),
        ] as [([String], [String: String], String, String)]
    )
    func TLSIsSpokenWhereItIsAskedFor(
        arguments: [String],
        environment: [String: String],
        address: String,
        origin: String
    ) throws {
        let settings = try settle(arguments, environment, files: ["/url": "rediss://file"])
        #expect(settings.endpoint.tls == TLSPolicy())
        #expect(settings.endpoint.description == address)
        #expect(settings.tls.isOn.origin.description == origin)
        #expect(settings.warnings.isEmpty)
    }

    @Test(
        arguments: [
            ([], ["REDIS_URL": "redis://h", "SSL_CERT_FILE": "/f", "SSL_CERT_DIR": "/d"]),
            ([], ["CARACALCTL_TLS": "no", "CARACALCTL_INSECURE": "0"]),
            (["--socket", "/s"], [:]),
        ] as [([String], [String: String])]
    )
    func otherwiseItIsNot(arguments: [String], environment: [String: String]) throws {
        #expect(try policy(arguments, environment) == nil)
    }

    @Test func everyOptionFindsItsPlace() throws {
        let arguments = [
            "--tls", "--cacert", "/ca", "--capath", "/d", "--cert", "/c", "--key", "/key", "--sni", "n", "--insecure",
        ]
        let variables = [
            "CARACALCTL_TLS": "1", "CARACALCTL_CACERT": "/ca", "CARACALCTL_CAPATH": "/d", "CARACALCTL_CERT": "/c",
            "CARACALCTL_KEY": "/key", "CARACALCTL_SNI": "n", "CARACALCTL_INSECURE": "1",
        ]
        var expected = TLSPolicy()
        expected.authorityFile = "/ca"
        expected.authorityFolder = "/d"
        expected.trustsSystem = false
        expected.clientCertificate = .init(file: "/c", key: Secret(Array("sesame".utf8)), keyFile: "/key")
        expected.serverName = "n"
        expected.isInsecure = true
        #expect(try policy(arguments) == expected)
        #expect(try policy([], variables) == expected)
        #expect(try policy(arguments, variables.mapValues { _ in "0" }) == expected)
    }

    @Test func theSystemsIssuersAreTakenFromOpenSSLsVariablesUnlessOthersAreNamed() throws {
        let variables = ["SSL_CERT_FILE": "/f", "SSL_CERT_DIR": "/d"]
        var expected = TLSPolicy()
        expected.authorityFile = "/f"
        expected.authorityFolder = "/d"
        #expect(try policy(["--tls"], variables) == expected)

        var own = TLSPolicy()
        own.authorityFile = "/ca"
        own.trustsSystem = false
        #expect(try policy(["--tls", "--cacert", "/ca"], variables) == own)
    }

    static let options = [
        ("--cacert", "CARACALCTL_CACERT"), ("--capath", "CARACALCTL_CAPATH"), ("--cert", "CARACALCTL_CERT"),
        ("--key", "CARACALCTL_KEY"), ("--sni", "CARACALCTL_SNI"),
    ]

    @Test(
        arguments: options,
        [["--host", "h"], ["--url", "redis://h"], ["--url", "unix:///s"], ["--socket", "/s"]]
    )
    func whatIsAboutTLSIsRefusedWithoutIt(option: (name: String, variable: String), address: [String]) {
        let words = "is about TLS, which nothing asks for: add --tls, or use rediss://"
        #expect(throws: SettingsError("\(option.name) \(words)")) { try policy(address + [option.name, "x"]) }
        #expect(throws: SettingsError("\(option.variable) \(words)")) { try policy(address, [option.variable: "x"]) }
        #expect(throws: SettingsError("--insecure \(words)")) { try policy(address + ["--insecure"]) }
        #expect(throws: SettingsError("CARACALCTL_INSECURE \(words)")) {
            try policy(address, ["CARACALCTL_INSECURE": "1"])
        }
    }

    @Test(arguments: [
        (["--tls", "--socket", "/s"], "--tls asks for TLS, and --socket names a socket, which does not speak it"),
        (["--tls", "--url", "unix:///s"], "--tls asks for TLS, and --url names a socket, which does not speak it"),
        (["--tls", "--cert", "/c"], "--cert needs the certificate's key: add --key"),
        (["--tls", "--key", "/key"], "--key needs the key's certificate: add --cert"),
        (
            ["--tls", "--cert", "/c", "--key", "/tmp/none"],
            "cannot use --key, the file /tmp/none: no such file or directory"
        ),
        (["--tls", "--sni", ""], "--sni is neither a host name nor an address"),
        (["--tls", "--sni", ".example"], "--sni is neither a host name nor an address"),
    ])
    func whatCannotBeMeantIsRefused(arguments: [String], message: String) {
        #expect(throws: SettingsError("\(message)")) { try policy(arguments) }
    }

    @Test func anUncheckedCertificateIsWarnedOf() throws {
        let message =
            "the server's certificate is not checked, so anyone who answers can read and change everything, "
            + "passwords too"
        for (arguments, environment, origin) in [
            (["--tls", "--insecure"], [:], "--insecure"),
            (["--tls"], ["CARACALCTL_INSECURE": "1"], "CARACALCTL_INSECURE"),
        ] {
            #expect(
                try settle(arguments, environment).warnings
                    == [Finding(.certificateNotChecked, .warning, "\(origin): \(message)")]
            )
        }
    }

    @Test func aKeyThatOthersCanReadIsWarnedOf() throws {
        let settings = try settle(["--tls", "--cert", "/c", "--key", "/key-open"], files: Self.files)
        #expect(
            settings.warnings == [
                Finding(
                    .keyFileReadable,
                    .warning,
                    "the file in --key (/key-open) can be read by others than its owner: chmod 600 it"
                )
            ]
        )
    }

    @Test func theKeyIsMasked() throws {
        let settings = try settle(["--tls", "--cert", "/c", "--key", "/key"], files: Self.files)
        let line = SettingLine.all(.process, connection: settings, output: try settleOutput()).first {
            $0.name == "key"
        }
        #expect(line == SettingLine(name: "key", value: "***", origin: "--key (/key)"))
        #expect(!"\(settings)".contains("sesame"))
    }
}
