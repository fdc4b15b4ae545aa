import Redis

/// A fingerprint of an entry's fields in any order, by which equal entries are found within one run.
///
/// 128 bits under a seed that differs from run to run: nobody can make two entries that are taken for one.
struct FieldsDigest: Hashable {
    private var low = 0
    private var high = 0

    init(_ fields: [FieldRange], in bytes: [UInt8]) {
        for field in fields {
            low &+= Self.hash(field, bytes, half: 0)
            high &+= Self.hash(field, bytes, half: 1)
        }
    }

    private static func hash(_ field: FieldRange, _ bytes: [UInt8], half: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(half)
        hasher.combine(field.name.count)
        bytes.withUnsafeBytes { raw in
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: raw[field.name]))
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: raw[field.value]))
        }
        return hasher.finalize()
    }
}
