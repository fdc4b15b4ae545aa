// A libFuzzer target for the scanners of NDJSON lines. What they accept, written out again, must read the same.

/// Writes an entry as JSON: strings as they are where JSON can hold them, `{"base64":…}` for the rest.
private func line(of message: Message) -> [UInt8] {
    var line = Array("{\"stream\":\"s\",\"fields\":[".utf8)
    for index in message.fields.indices {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        line += Array("[".utf8) + base64(message.name(at: index))
        line += Array(",".utf8) + base64(message.value(at: index)) + Array("]".utf8)
    }
    return line + Array("]}".utf8)
}

private func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text = Array("{\"base64\":\"".utf8)
    let bytes = Array(bytes)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
        for place in 0..<4 {
            text.append(place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
        }
    }
    return text + Array("\"}".utf8)
}

/// The values of a message that are arrays or objects read the same a second time: compact JSON is its own compact form.
private func checkNestedValues(_ message: Message) {
    var scanner = MessageScanner()
    var again = Message()
    for index in message.fields.indices {
        let value = message.value(at: index)
        guard value.first == UInt8(ascii: "[") else { continue }
        let text = Array("{\"v\":".utf8) + value + Array("}".utf8)
        // A string value may begin with a bracket and be no JSON.
        guard (try? scanner.scan(text, text.indices, into: &again)) != nil else { continue }
        precondition(again.fields.count == 1)
        let second = Array("{\"v\":".utf8) + again.value(at: 0) + Array("}".utf8)
        var third = Message()
        guard (try? scanner.scan(second, second.indices, into: &third)) != nil else { preconditionFailure() }
        precondition(third == again)
    }
}

private func checkEntry(_ message: Message) {
    var scanner = StoredEntryScanner()
    var entry = StoredEntry()
    let text = line(of: message)
    guard (try? scanner.scan(text, text.indices, into: &entry)) != nil else { preconditionFailure() }
    precondition(entry.message == message)
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNDJSON(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var scanner = MessageScanner()
    var message = Message()
    if (try? scanner.scan(bytes, bytes.indices, into: &message)) != nil {
        checkNestedValues(message)
        checkEntry(message)
        var order = FieldOrder()
        order.sort(message.fields, in: message.bytes)
        precondition(!order.hasDuplicates)
    }
    var entry = StoredEntry()
    var entries = StoredEntryScanner()
    if (try? entries.scan(bytes, bytes.indices, into: &entry)) != nil { checkEntry(entry.message) }
    // A line with others around it reads as it does alone.
    let framed = [UInt8(ascii: "}"), UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\""), UInt8(ascii: "}")]
    var second = Message()
    let isAccepted = (try? scanner.scan(bytes, bytes.indices, into: &message)) != nil
    let isAcceptedFramed = (try? scanner.scan(framed, 2..<(2 + bytes.count), into: &second)) != nil
    precondition(isAccepted == isAcceptedFramed && (!isAccepted || message == second))
    return 0
}
