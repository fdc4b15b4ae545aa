/// Where one field of an entry lies in the bytes that hold it: half-open ranges of byte offsets.
///
/// An entry on its way through the tool is one byte array and a list of these, so a page of a thousand entries needs
/// no array for each of its fields.
package struct FieldRange: Sendable, Equatable {
    /// The bytes of the field's name.
    package var name: Range<Int>
    /// The bytes of the field's value.
    package var value: Range<Int>

    /// A field whose name and value lie at these offsets. Inlined, since one is made for each field that is published or read.
    @inlinable
    package init(name: Range<Int>, value: Range<Int>) {
        self.name = name
        self.value = value
    }
}
