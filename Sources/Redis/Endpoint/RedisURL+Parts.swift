/// The parts of a URL behind the login.
extension RedisURL {
    typealias Bytes = Substring.UTF8View.SubSequence
    typealias Parts = (hosts: [Host], name: String?, database: Int?)

    /// `host[:port][/db]`, or `host[:port]?db=n`
    static func server(_ text: Bytes) throws(RedisURLError) -> Parts {
        let (place, query) = split(text, at: "?")
        let (authority, path) = split(place, at: "/")
        let hosts = [try host(authority)]
        if let path, let number = try database(path) { return (hosts, nil, number) }
        return (hosts, nil, try database(inQuery: query))
    }

    /// The database in `db=n`, wherever it stands among the parameters. Those of other clients mean nothing here.
    private static func database(inQuery query: Bytes?) throws(RedisURLError) -> Int? {
        guard let query else { return nil }
        for parameter in query.split(separator: UInt8(ascii: "&")) where parameter.starts(with: "db=".utf8) {
            return try database(parameter.dropFirst(3))
        }
        return nil
    }

    /// `host:port,host:port/master-name[/db]`
    static func sentinels(_ text: Bytes) throws(RedisURLError) -> Parts {
        let (authority, path) = split(withoutQuery(text), at: "/")
        let hosts = try hosts(authority)
        guard let path, !path.isEmpty else { throw .noMasterName }
        let (name, rest) = split(path, at: "/")
        guard !name.isEmpty else { throw .noMasterName }
        return (
            hosts, try self.text(name, "master's name"),
            try rest.flatMap { rest throws(RedisURLError) in try database(rest) }
        )
    }

    /// `host[:port],host[:port]`: at least one.
    package static func hosts(_ text: String) throws(RedisURLError) -> [Host] {
        try hosts(text.utf8[...])
    }

    static func hosts(_ text: Bytes) throws(RedisURLError) -> [Host] {
        var hosts: [Host] = []
        for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            hosts.append(try host(part))
        }
        return hosts
    }

    /// `/path[?db=n]`
    static func socket(_ text: Bytes) throws(RedisURLError) -> Parts {
        let (path, query) = split(text, at: "?")
        guard path.first == UInt8(ascii: "/"), path.count > 1 else { throw .noSocketPath }
        let name = try self.text(path, "socket's path")
        // A NUL would end the path early for the kernel.
        guard !name.utf8.contains(0) else { throw .noSocketPath }
        guard let query else { return ([], name, nil) }
        guard query.starts(with: "db=".utf8) else { throw .badDatabase }
        return ([], name, try database(query.dropFirst(3)))
    }

    static func host(_ text: Bytes) throws(RedisURLError) -> Host {
        var name = text
        var portText: Bytes?
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { throw .badHost }
            name = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { throw .badHost }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            name = text[..<colon]
            portText = text[text.index(after: colon)...]
            guard portText?.contains(UInt8(ascii: ":")) == false else { throw .badHost }
        }
        guard !name.isEmpty else { throw .noHost }
        // Each has a meaning elsewhere in a URL: as a part of a name they stand percent-encoded.
        guard !name.contains(where: { "@#?/".utf8.contains($0) }) else { throw .badHost }
        let port = try portText.map { digits throws(RedisURLError) in try Self.port(digits) }
        let decoded = try self.text(name, "host")
        // A NUL would end the name early for the resolver; white space and controls are in no name.
        guard decoded.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .badHost }
        return Host(name: decoded, port: port)
    }

    static func port(_ text: Bytes) throws(RedisURLError) -> UInt16 {
        guard let number = number(text, atMost: 65_535), number > 0 else { throw .badPort }
        return UInt16(number)
    }

    static func database(_ text: Bytes) throws(RedisURLError) -> Int? {
        if text.isEmpty { return nil }
        if text.contains(UInt8(ascii: "/")) { throw .surplus }
        guard let number = number(text, atMost: 99_999) else { throw .badDatabase }
        return number
    }

    static func withoutQuery(_ text: Bytes) -> Bytes {
        split(text, at: "?").0
    }

    static func split(_ text: Bytes, at mark: Unicode.Scalar) -> (Bytes, Bytes?) {
        guard let index = text.firstIndex(of: UInt8(ascii: mark)) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// Digits only: no sign, no space.
    static func number(_ text: Bytes, atMost limit: Int) -> Int? {
        guard (1...5).contains(text.count), text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let value = text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return value <= limit ? value : nil
    }

    static func text(_ bytes: Bytes, _ part: String) throws(RedisURLError) -> String {
        guard let text = String(validating: try decoded(bytes, part), as: UTF8.self) else { throw .notUTF8(part) }
        return text
    }

    /// Replaces `%HH` by the byte it stands for.
    static func decoded(_ bytes: Bytes, _ part: String) throws(RedisURLError) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else {
                throw .badEscape(part)
            }
            result.append(high << 4 | low)
        }
        return result
    }

    static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    static func range(of mark: StaticString, in text: String.UTF8View) -> Range<String.Index>? {
        let mark = mark.withUTF8Buffer { Array($0) }
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].starts(with: mark) { return start..<text.index(start, offsetBy: mark.count) }
            start = text.index(after: start)
        }
        return nil
    }
}
