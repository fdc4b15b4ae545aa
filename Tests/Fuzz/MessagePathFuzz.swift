// A libFuzzer target for paths and conditions: a condition, a line feed, and the value of a field called f. What a path finds
// must be what the reader of whole objects finds.

private let field = Array("f".utf8)

/// Reads the value with the path, and compares it with what the object is when it is read as a whole.
private func check(_ path: MessagePath, _ message: Message, _ data: ArraySlice<UInt8>) {
    var reader = MessagePathReader()
    let reading = reader.read(path, in: message.fields, message.bytes)
    let start = data.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard path.field == field, path.isNested, start == UInt8(ascii: "{") else {
        precondition(path.field == field || reading == .missing)
        return
    }
    guard let object = Message(object: data) else { return precondition(reading == .unreadable) }
    precondition(reading != .unreadable)
    for index in object.fields.indices {
        let name = String(decoding: object.name(at: index), as: UTF8.self)
        guard let own = try? MessagePath("f.\(MessagePath.quoted(name))".utf8) else { continue }
        precondition(own.value(in: message).map(Array.init) == Array(object.value(at: index)))
    }
}

/// Of two texts neither or one is less, and a number is no less than itself.
private func checkOrder(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) {
    let (left, right) = (Array(left), Array(right))
    guard let one = DecimalText(left, left.indices), let two = DecimalText(right, right.indices) else { return }
    precondition(!one.isLess(left, than: one, left) && !two.isLess(right, than: two, right))
    let (isLess, isGreater) = (one.isLess(left, than: two, right), two.isLess(right, than: one, left))
    precondition(!(isLess && isGreater))
    let texts = (String(decoding: left, as: UTF8.self), String(decoding: right, as: UTF8.self))
    guard let first = Double(texts.0), let second = Double(texts.1) else { return }
    precondition(!(first < second) || isLess, "a double tells apart less than all digits do")
    precondition(!(first > second) || isGreater)
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessagePath(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let border = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let (text, data) = (bytes[..<border], bytes[border...].dropFirst())
    checkOrder(text, data)
    let message = Message([(name: field, value: Array(data))])
    if let path = try? MessagePath(text) { check(path, message, data) }
    guard let condition = try? MessageCondition(text) else { return 0 }
    let value = Array(data)
    let holds = condition.holds(value, value.indices)
    switch condition.operator {
    case .equal: precondition(holds == (value == condition.value))
    case .unequal: precondition(holds == (value != condition.value))
    case .less, .greater: precondition(!condition.holds(condition.value, condition.value.indices))
    case .like: break
    }
    check(condition.path, message, data)
    return 0
}
