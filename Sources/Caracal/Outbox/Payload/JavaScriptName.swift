/// The names of a JavaScript object's properties.
enum JavaScriptName {
    /// The whole number that a name is; nil for any other name. An object lists such properties first, in ascending order, and
    /// then the others in the order in which they were added.
    static func arrayIndex(_ name: ArraySlice<UInt8>) -> UInt32? {
        guard let first = name.first, name.count <= 10, first != UInt8(ascii: "0") || name.count == 1 else {
            return nil
        }
        var value: UInt64 = 0
        for byte in name {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
            value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        // 2³² - 1 is the length of the longest array, and no index.
        return UInt32(exactly: value).flatMap { $0 < .max ? $0 : nil }
    }
}
