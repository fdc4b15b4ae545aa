/// What a signature that does not match would be valid for.
package struct SignatureExplanation: Sendable, Equatable {
    /// A key the signature may have been made with.
    package enum Key: Sendable, Equatable {
        /// The scheme's own.
        case current
        /// The scheme's own before the last change.
        case previous
        /// The other scheme's.
        case otherScheme
        /// The other scheme's before the last change.
        case previousOfOtherScheme
    }

    /// The bytes the signature may have been made over.
    package enum Form: Sendable, Equatable {
        /// The right ones.
        case same
        /// The same fields in another stream.
        case otherStream([UInt8])
        /// The first value of each name given twice, instead of the last.
        case firstValues
        /// Every value of each name given twice.
        case everyValue
        /// The names in UTF-16 order.
        case utf16Order
        /// What the other scheme signs.
        case otherScheme
    }

    /// The key that fits.
    package let key: Key
    /// The bytes that fit.
    package let form: Form
}

extension SignatureExplanation: CustomStringConvertible {
    /// One line, lower case; a stream's name is escaped.
    package var description: String {
        switch (form, key) {
        case (.same, _): "valid under \(keyWords)"
        case (_, .current): formWords
        default: "\(formWords), under \(keyWords)"
        }
    }

    private var keyWords: String {
        switch key {
        case .current: "the current key"
        case .previous: "the previous key"
        case .otherScheme: "the other scheme's key"
        case .previousOfOtherScheme: "the other scheme's previous key"
        }
    }

    private var formWords: String {
        switch form {
        case .same: "signed"
        case .otherStream(let name): "signed for \(QuotedBytes.bare(name)): copied from another stream"
        case .firstValues: "signed with the first value of a field given twice: a second one was added"
        case .everyValue: "signed with both values of a field given twice"
        case .utf16Order: "signed with the field names in UTF-16 order"
        case .otherScheme: "signed by the other scheme's rule"
        }
    }
}
