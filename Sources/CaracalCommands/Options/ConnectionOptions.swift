/// How to reach the server, as far as options say it. No option takes a secret's value: a command line is public.
package struct ConnectionOptions: Sendable {
    private let common: CommonOptions

    package init(_ common: CommonOptions) {
        self.common = common
    }

    var url: String? { common["--url"] }
    var context: String? { common["--context"] }
    var host: String? { common["--host"] }
    var port: String? { common["--port"] }
    var socket: String? { common["--socket"] }
    var sentinel: String? { common["--sentinel"] }
    var masterName: String? { common["--master-name"] }
    var db: String? { common["--db"] }
    var user: String? { common["--user"] }
    var passwordFile: String? { common["--password-file"] }
    var cacert: String? { common["--cacert"] }
    var capath: String? { common["--capath"] }
    var cert: String? { common["--cert"] }
    var key: String? { common["--key"] }
    var sni: String? { common["--sni"] }
    var connectTimeout: String? { common["--connect-timeout"] }
    var timeout: String? { common["--timeout"] }
    var askPassword: Bool { common.has("--ask-password") }
    var tls: Bool { common.has("--tls") }
    var insecure: Bool { common.has("--insecure") }

    /// Whether one of them names a server, or a context that does.
    var namesServer: Bool { [url, context, host, socket, sentinel].contains { $0 != nil } }

    /// These options over those of a shell: what is not given here is as it is there.
    func over(_ shell: ConnectionOptions) -> ConnectionOptions { ConnectionOptions(common.over(shell.common)) }

    /// The options that were given, as they are typed.
    var givenOptions: [String] { common.names(of: .connection) }
}
