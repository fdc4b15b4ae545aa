extension ReplyValue {
    /// The elements of an array, set or push in their order; none for anything else.
    package var elements: ReplyElements {
        ReplyElements(
            reply: reply,
            first: reply.firstChild(of: index),
            count: kind == .map ? 0 : reply.count(of: index)
        )
    }

    /// The element at `position` of an array, set or push; nil when there is none.
    ///
    /// It walks over the elements before it: to read them all, iterate `elements`.
    package subscript(_ position: Int) -> ReplyValue? {
        guard position >= 0 else { return nil }
        return elements.dropFirst(position).first { _ in true }
    }

    /// Field and value pairs in their order: of a map, or of an array of even length (RESP2's way to send a map).
    /// Nil for anything else. Repeated fields are repeated here.
    package var pairs: ReplyPairs? {
        let count = reply.count(of: index)
        guard kind == .map || kind == .array, count.isMultiple(of: 2) else { return nil }
        return ReplyPairs(reply: reply, first: reply.firstChild(of: index), count: count / 2)
    }

    /// The value of the first field called `name`, byte for byte; nil when there is none, or when there are no pairs.
    package subscript(field name: String) -> ReplyValue? {
        pairs?.first { field, _ in field.text?.elementsEqual(name.utf8) ?? false }?.value
    }
}
