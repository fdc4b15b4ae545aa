import Caracal
import Rendering

extension JSONValue {
    /// A message's fields as pairs: a name may be there twice.
    static func fields(_ message: Message) -> JSONValue {
        .array(
            message.fields.indices.map {
                .array([.bytes(Array(message.name(at: $0))), .bytes(Array(message.value(at: $0)))])
            }
        )
    }
}
