import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// A report in a real browser: headless Chromium.
@Suite(.serialized) struct ReportBrowserTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs Chromium on a page, and returns what it printed.
    private func browse(_ page: String, _ options: String...) throws -> CommandResult {
        let fixed = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking", "--user-data-dir=\(folder.path)/profile", "--enable-logging=stderr",
        ]
        return try CommandRunner("/usr/bin/chromium", timeout: .seconds(120)).run(fixed + options + ["file://\(page)"])
    }

    /// A report of a bus with a hostile group and frames of one, at a port of which the name says that something is to be loaded from it.
    private func page(_ server: SandboxServer, port: UInt16) throws -> String {
        let name = HostileNames.group(port: port)
        #expect(try server.run("provision").status == 0)
        try server.send("XGROUP CREATE caracal.sessions.revoke \(name) 0")
        let path = "\(folder.path)/report.html"
        let result = try CommandRunner(for: server).run(
            ["report", "--from", "-", "--html", path],
            input: RecordedFrames.minute(group: name)
        )
        #expect(result.status == 0 || result.status == 1, "\(result)")
        return path
    }

    @Test func hostileNamesAreTextNothingIsLoadedAndNothingFails() throws {
        try withServer { server in
            // Who loads the picture connects to a server that nobody else knows.
            try withServer { trap in
                let path = try page(server, port: try #require(trap.port))
                let count = { try trap.send("INFO stats")[0].root.text.map { Self.connections($0) } }
                let before = try count()
                let result = try browse(path, "--dump-dom")
                #expect(result.status == 0)
                #expect(!result.stderr.contains("CONSOLE"), "\(result.stderr)")
                #expect(result.stdout.contains("<title>caracalctl report: 127.0.0.1:\(server.port ?? 0), 20"))
                #expect(result.stdout.contains("&lt;script&gt;document.title='owned'&lt;/script&gt;&lt;img/src="))
                #expect(!result.stdout.contains("<script"))
                #expect(!result.stdout.contains("<img"))
                // One more: the question itself.
                #expect(try count() == before.map { $0 + 1 })
            }
        }
    }

    /// The number of connections that were made, of INFO.
    private static func connections(_ info: some Collection<UInt8>) -> Int {
        let text = String(decoding: Array(info), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("total_connections_received:") }
        return line.flatMap { Int($0.split(separator: ":")[1]) } ?? -1
    }

    @Test(arguments: [400, 1000, 1600])
    func nothingIsWiderThanTheWindowAndNoOptionIsBroken(width: Int) throws {
        try withServer { server in
            let long = String(repeating: "long-name-", count: 40)
            #expect(try server.run("provision").status == 0)
            try server.send("XGROUP CREATE caracal.sessions.revoke \(long) 0")
            let path = try page(server, port: 9)
            // The page itself lets no script run: it is measured in a frame of a page that does.
            let page = String(decoding: try TemporaryFolder.read(path), as: UTF8.self)
            let parts = page.split(separator: "\n", omittingEmptySubsequences: false)
            let open = parts.filter { !$0.contains("Content-Security-Policy") }.joined(separator: "\n")
            try folder.write("open.html", open)
            let measuring = try folder.write(
                "measure.html",
                """
                <body style="margin:0"><iframe id="f" src="open.html" style="border:0;width:\(width)px;height:900px"></iframe>
                <script>onload = () => { const d = document.getElementById('f').contentDocument;
                const broken = [...d.querySelectorAll('.w')].filter(w => w.textContent.length < 30 && w.offsetHeight > 30);
                document.title = [d.documentElement.scrollWidth, d.querySelectorAll('svg[role=img]').length,
                d.querySelectorAll('.w').length > 5, broken.length].join(' ') }</script>
                """
            )
            let result = try browse(
                measuring,
                "--allow-file-access-from-files",
                "--window-size=1700,1000",
                "--dump-dom"
            )
            #expect(result.stdout.contains("<title>\(width) 8 true 0</title>"), "\(result.stdout.prefix(300))")
        }
    }

    @Test func itIsPrintedAndDrawnInLightAndDark() throws {
        try withServer { server in
            let path = try page(server, port: 9)
            let paper = "\(folder.path)/report.pdf"
            #expect(try browse(path, "--no-pdf-header-footer", "--print-to-pdf=\(paper)").status == 0)
            #expect(try TemporaryFolder.read(paper).starts(with: "%PDF".utf8))
            var pictures: [[UInt8]] = []
            for scheme in ["--blink-settings=preferredColorScheme=1", "--blink-settings=preferredColorScheme=0"] {
                let picture = "\(folder.path)/\(pictures.count).png"
                #expect(try browse(path, "--screenshot=\(picture)", "--window-size=1600,1000", scheme).status == 0)
                pictures.append(try TemporaryFolder.read(picture))
            }
            #expect(pictures.allSatisfy { $0.starts(with: [0x89, 0x50, 0x4E, 0x47]) })
            #expect(pictures[0] != pictures[1])
        }
    }
}
