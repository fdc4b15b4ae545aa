import COpenSSL
import Synchronization

/// Bytes that must not be shown: a password. Describing, dumping or interpolating one gives `***`.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The bytes themselves, for the wire and for nothing else.
    package let bytes: [UInt8]

    /// Wraps bytes.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Compares in a time that depends on how long the two are and on nothing else (CRYPTO_memcmp).
    package func matches(_ other: [UInt8]) -> Bool {
        bytes.count == other.count && CRYPTO_memcmp(bytes, other, bytes.count) == 0
    }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The passwords that this process has sent to servers: what a server says may repeat them, and nobody is to read that.
package enum SentSecrets {
    private static let all = Mutex<[[UInt8]]>([])

    /// Notes a password before it is sent.
    package static func note(_ secret: Secret?) {
        guard let bytes = secret?.bytes, !bytes.isEmpty else { return }
        all.withLock { all in
            guard !all.contains(bytes) else { return }
            all.append(bytes)
            // One may hold another.
            all.sort { $0.count > $1.count }
        }
    }

    /// What a server said, with `***` in the places of passwords.
    package static func masked(_ text: [UInt8]) -> [UInt8] {
        all.withLock { $0 }.reduce(text) { Secret($1).masked(in: $0) }
    }
}

extension Secret {
    /// Shorter ones are part of common words.
    private static let shortest = 4

    /// A text with `***` wherever it repeats this: a short one only where it is a word of its own, since `ma*** number of clients`
    /// would tell it to everybody.
    func masked(in text: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty, text.count >= bytes.count else { return text }
        var masked: [UInt8] = []
        var rest = text[...]
        while let byte = rest.first {
            let isSecret = rest.starts(with: bytes) && isWord(at: rest.startIndex, in: text)
            masked += isSecret ? Array("***".utf8) : [byte]
            rest = rest.dropFirst(isSecret ? bytes.count : 1)
        }
        return masked
    }

    private func isWord(at start: Int, in text: [UInt8]) -> Bool {
        if bytes.count >= Self.shortest { return true }
        return ![start - 1, start + bytes.count].contains { text.indices.contains($0) && Self.isLetter(text[$0]) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: byte >= 0x80
        }
    }
}

/// Bytes that must not outlive their use: overwritten when the last reference goes, and never described.
///
/// There is one copy, in storage that never grows. Nothing hands out the bytes except for the length of a call.
package final class SecretBytes {
    private var storage: [UInt8]
    /// How many bytes there are.
    package let count: Int

    /// Bytes written by `fill` into zeroed room for `capacity` of them; it returns how many it wrote.
    package init<Failure: Error>(
        capacity: Int,
        _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        storage = [UInt8](repeating: 0, count: capacity)
        var outcome = Result<Int, Failure>.success(0)
        storage.withUnsafeMutableBytes { buffer in
            do throws(Failure) {
                outcome = .success(try fill(buffer))
            } catch {
                outcome = .failure(error)
            }
        }
        count = outcome.value ?? 0
        // Not before all is set: from then on what was written before a failure is wiped like the rest.
        _ = try outcome.get()
    }

    /// Calls `body` with the bytes, which must not be copied anywhere that is not wiped as well.
    package func withBytes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let storage = storage
        return try body(storage.span.extracting(first: count))
    }

    /// Overwrites the bytes with zeros, in a way that no optimiser removes. They are of no use afterwards.
    package func wipe() {
        storage.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    deinit { wipe() }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The same for every secret.
    package var description: String { "(secret)" }
    /// The same for every secret.
    package var debugDescription: String { "(secret)" }
    /// Shows nothing, so that `dump` and a debugger's summary do not either.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
