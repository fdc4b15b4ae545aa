import RESP
import Redis

/// Finds the source entry inside a dead letter, in each of the three shapes that are written.
///
/// A value of this type is scratch space: reading another dead letter reuses its storage.
struct DeadLetterReader {
    /// What a dead letter holds.
    enum Content: Equatable {
        /// No source entry in a shape that is known.
        case none
        /// The source's fields lie in the dead letter's own bytes.
        case inPlace
        /// The source's fields were copied into `message`.
        case copied(isSigned: Bool)
        /// The field that should hold the source's fields is no JSON object.
        case malformed(JSONError, isSigned: Bool)
    }

    /// The source's fields when they are in place.
    private(set) var fields: [FieldRange] = []
    /// The source's fields when they were copied.
    private(set) var message = Message()
    private var scanner = MessageScanner()

    /// What the dead letter whose `fields` lie in `bytes` says of itself.
    func head(_ fields: [FieldRange], in bytes: [UInt8], of source: SignatureTarget.Source) -> DeadLetterHead {
        let shape = shape(of: fields, in: bytes, source)
        let (reason, sourceID) =
            switch shape {
            case .audit: (Self.reason, Self.sourceID)
            case .service: (Self.error, Self.originalID)
            case .connector, .unknown: (Self.reason, Self.connectorSourceID)
            }
        let id = last(sourceID, fields, bytes) { isStreamID(bytes[$0]) }
        return DeadLetterHead(
            shape: shape,
            reason: last(reason, fields, bytes),
            sourceID: id.flatMap { EntryID(bytes[$0]) },
            receivedAt: last(Self.receivedAt, fields, bytes).flatMap { Self.milliseconds(bytes[$0]) }
        )
    }

    private func shape(
        of fields: [FieldRange],
        in bytes: [UInt8],
        _ source: SignatureTarget.Source
    ) -> DeadLetterShape {
        if source.isAudit { return fields.contains { bytes[$0.name].starts(with: Self.prefix) } ? .audit : .unknown }
        if last(Self.values, fields, bytes) != nil { return .service }
        return last(Self.payload, fields, bytes) != nil ? .connector : .unknown
    }

    /// Reads the dead letter whose `fields` lie in `bytes`.
    mutating func read(_ fields: [FieldRange], in bytes: [UInt8], of source: SignatureTarget.Source) -> Content {
        if source.isAudit { return readPrefixed(fields, in: bytes) }
        // What STS and Gateway write is signed, what the revocation connectors write is not.
        if let values = last(Self.values, fields, bytes) { return readObject(bytes, values, isSigned: true) }
        if let payload = last(Self.payload, fields, bytes) { return readObject(bytes, payload, isSigned: false) }
        return .none
    }

    /// Fields under `src_`. `src_id` is the dead letter's own when it is a stream id, and the source's field `id` else.
    private mutating func readPrefixed(_ outer: [FieldRange], in bytes: [UInt8]) -> Content {
        fields.removeAll(keepingCapacity: true)
        for field in outer where bytes[field.name].starts(with: Self.prefix) {
            if ByteComparison.equal(bytes, field.name, Self.sourceID), isStreamID(bytes[field.value]) { continue }
            let name = field.name.lowerBound + Self.prefix.count..<field.name.upperBound
            fields.append(FieldRange(name: name, value: field.value))
        }
        return .inPlace
    }

    private mutating func readObject(_ bytes: [UInt8], _ range: Range<Int>, isSigned: Bool) -> Content {
        do throws(JSONError) {
            try scanner.scan(bytes, range, into: &message)
            return .copied(isSigned: isSigned)
        } catch {
            return .malformed(error, isSigned: isSigned)
        }
    }

    private func last(
        _ name: [UInt8],
        _ fields: [FieldRange],
        _ bytes: [UInt8],
        where isWanted: (Range<Int>) -> Bool = { _ in true }
    ) -> Range<Int>? {
        fields.last { ByteComparison.equal(bytes, $0.name, name) && isWanted($0.value) }?.value
    }

    private func isStreamID(_ text: ArraySlice<UInt8>) -> Bool { EntryID(text) != nil }

    private static let prefix = Array("src_".utf8)
    private static let sourceID = Array("src_id".utf8)
    private static let connectorSourceID = Array("source_id".utf8)
    private static let originalID = Array("original_id".utf8)
    /// A number of milliseconds, digits only.
    private static func milliseconds(_ text: ArraySlice<UInt8>) -> UInt64? {
        guard !text.isEmpty, text.count < 20, text.allSatisfy(ASCII.isDigit) else { return nil }
        return UInt64(String(decoding: text, as: UTF8.self))
    }

    private static let receivedAt = Array("received_at".utf8)
    private static let reason = Array("reason".utf8)
    private static let error = Array("error".utf8)
    private static let values = Array("values".utf8)
    private static let payload = Array("payload".utf8)
}
