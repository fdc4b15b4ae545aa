import Redis
import RedisSandbox
import TestSupport

/// A client of an HTTP server that may send anything.
final class HTTPConnection {
    /// A response as it came.
    struct Response: Equatable {
        let status: Int
        /// By their names in lower case.
        let headers: [String: String]
        let body: String
    }

    /// The server closed the connection before its answer was whole.
    struct Cut: Error {}

    private let link: any Link
    private var unread: [UInt8] = []
    private let deadline = Deadline.after(.seconds(120))

    init(_ port: UInt16, host: String = "127.0.0.1", tls: TLSPolicy? = nil) throws {
        link = try Dial.open(Endpoint(address: .tcp(host: host, port: port), tls: tls), until: deadline)
    }

    deinit { link.close() }

    /// Sends these bytes.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(65_536))
            let count = try link.write(chunk.span)
            rest = rest.dropFirst(count)
            if count == 0 { try link.wait(toWrite: true, until: deadline) }
        }
    }

    /// Sends this text.
    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends a request with these headers, each without the end of its line.
    func ask(_ path: String, method: String = "GET", _ headers: [String] = []) throws {
        try send((["\(method) \(path) HTTP/1.1", "Host: x"] + headers).map { $0 + "\r\n" }.joined() + "\r\n")
    }

    /// The next response.
    ///
    /// - Parameter hasBody: whether the bytes that Content-Length counts follow: not for HEAD.
    func response(hasBody: Bool = true) throws -> Response {
        let end = Array("\r\n\r\n".utf8)
        while unread.firstRange(of: end) == nil { guard try read() else { throw Cut() } }
        guard let blank = unread.firstRange(of: end) else { throw Cut() }
        let lines = String(decoding: unread[..<blank.lowerBound], as: UTF8.self).split(separator: "\r\n")
        unread.removeSubrange(..<blank.upperBound)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let length = hasBody ? headers["content-length"].flatMap { Int($0) } ?? 0 : 0
        while unread.count < length { guard try read() else { throw Cut() } }
        let body = String(decoding: unread.prefix(length), as: UTF8.self)
        unread.removeFirst(length)
        let words = lines.first?.split(separator: " ") ?? []
        return Response(status: words.count > 1 ? Int(words[1]) ?? 0 : 0, headers: headers, body: body)
    }

    /// Whether the server closes the connection, and sends nothing before.
    func ends() throws -> Bool {
        guard unread.isEmpty else { return false }
        return try !read()
    }

    /// Waits for more; false at the end.
    private func read() throws -> Bool {
        while true {
            guard let (progress, chunk) = try part() else { return false }
            unread += chunk
            switch progress {
            case .appended: return true
            case .end: return false
            case .nothingYet: try link.wait(toWrite: false, until: deadline)
            }
        }
    }

    /// What has come, and whether more may; nil where the connection was cut.
    private func part() throws -> (ReadProgress, [UInt8])? {
        var progress = ReadProgress.nothingYet
        do {
            let chunk = try [UInt8](capacity: 65_536) { buffer throws(LinkError) in
                progress = try link.read(into: &buffer)
            }
            return (progress, chunk)
        } catch LinkError.disconnected {
            return nil
        }
    }
}
