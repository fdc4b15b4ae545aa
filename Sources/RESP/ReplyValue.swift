/// A value in a reply, with the reply it lies in.
///
/// Asking for what a value is not gives nil, never a guess: an operation turns that into "unexpected reply".
package struct ReplyValue: Sendable {
    /// The reply this is a part of.
    package let reply: Reply
    /// Its node there.
    package let index: Int

    /// What it is.
    package var kind: ReplyKind { reply.kind(of: index) }

    /// Whether it is a null of either protocol version.
    package var isNull: Bool { kind == .null }

    /// Elements in an array, set or push; pairs in a map; 0 for anything else.
    package var count: Int {
        let count = reply.count(of: index)
        return kind == .map ? count / 2 : count
    }
}

extension ReplyValue: Equatable {
    /// Whether both say the same, wherever they lie.
    package static func == (left: ReplyValue, right: ReplyValue) -> Bool {
        left.reply.says(left.index, sameAs: right.index, in: right.reply)
    }
}
