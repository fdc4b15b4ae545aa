/// What libFuzzer calls with each input, taken for a URL: none may trap, and what is read must be fit to connect with.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzRedisURL(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: data, count: count))
    guard let text = String(validating: input, as: UTF8.self) else { return 0 }
    do {
        check(try RedisURL(text))
    } catch {
        precondition(!error.description.utf8.contains { $0 < 0x20 || $0 > 0x7E }, "a message is not plain ASCII")
    }
    return 0
}

private func check(_ url: RedisURL) {
    precondition(url.user?.isEmpty != true && url.password?.bytes.isEmpty != true, "an empty login is none")
    precondition(url.database.map { (0...99_999).contains($0) } ?? true)
    precondition(!"\(url)".contains("Secret("), "a password is described")
    for host in url.hosts {
        precondition(!host.name.isEmpty && host.name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }, "a host is no name")
        precondition(host.port != 0)
    }
    switch url.scheme {
    case .unix:
        precondition(url.hosts.isEmpty && url.name?.utf8.first == UInt8(ascii: "/"))
        precondition(url.name?.utf8.contains(0) == false, "a path ends early")
    case .redis, .rediss: precondition(url.hosts.count == 1 && url.name == nil)
    case .sentinel, .sentinels: precondition(!url.hosts.isEmpty && url.name?.isEmpty == false)
    }
}
