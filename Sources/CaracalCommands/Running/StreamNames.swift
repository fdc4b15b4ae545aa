import Caracal
import Rendering
import Text

/// Turns the stream names of a command line into streams of the table.
enum StreamNames {
    /// All streams when none is named; `caracal.` may be left out. An unknown name fails with the nearest one, unless any
    /// stream is allowed: then it is a key as it stands.
    static func resolve(_ names: [String], allowsAny: Bool = false) throws(Failure) -> [StreamDefinition] {
        guard !names.isEmpty else { return StreamTable.all }
        var streams: [StreamDefinition] = []
        for name in names {
            let stream = try resolve(name, allowsAny: allowsAny)
            if !streams.contains(stream) { streams.append(stream) }
        }
        return streams
    }

    /// The key of the stream of that name, or of the dead letters beside one: `NAME.dead`.
    static func key(of name: String, allowsAny: Bool = false) throws(Failure) -> [UInt8] {
        guard name.hasSuffix(StreamTable.deadLetterSuffix) else { return try resolve(name, allowsAny: allowsAny).key }
        let source = String(name.dropLast(StreamTable.deadLetterSuffix.count))
        return Array(try resolve(source, allowsAny: allowsAny).deadLetterName.utf8)
    }

    /// The one stream of that name.
    static func resolve(_ name: String, allowsAny: Bool = false) throws(Failure) -> StreamDefinition {
        if let stream = StreamTable.find(name) { return stream }
        if allowsAny { return .unlisted(name) }
        let nearest = NearestMatch.find(StreamDefinition.unlisted(name).shortName, in: StreamTable.all.map(\.shortName))
        let advice =
            nearest.map { "did you mean \($0)?" }
            ?? "the streams are \(StreamTable.all.map(\.shortName).joined(separator: ", "))"
        throw Failure(.usage, "\(name) is not a stream of the bus (\(advice))")
    }
}
