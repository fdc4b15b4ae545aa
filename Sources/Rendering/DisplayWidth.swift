import Text

/// How many columns text takes on a terminal.
///
/// East Asian wide and full-width scalars and emoji take two, combining marks none, everything else one: the rule of
/// `wcwidth`, applied scalar by scalar. Emoji joined into one picture are counted as their parts; `TerminalText`
/// escapes the joiners, so such a sequence is in fact shown as its parts.
package enum DisplayWidth {
    /// The columns that `text`, free of control characters, takes.
    package static func of(_ text: String) -> Int {
        let utf8 = text.utf8
        if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
    }

    /// `text` cut to at most `columns`, its last visible scalar replaced by `…` if anything had to go.
    package static func truncated(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var kept = String.UnicodeScalarView()
        var room = columns - 1
        for scalar in text.unicodeScalars {
            room -= self.columns(of: scalar)
            if room < 0 { break }
            kept.append(scalar)
        }
        return String(kept) + "…"
    }

    /// `text` cut to at most `columns`, `…` in the place of its middle: names are told apart by their ends as well.
    package static func abbreviated(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        guard columns > 2 else { return truncated(text, to: columns) }
        let end = truncated(String(text.reversed()), to: (columns - 1) / 2 + 1).dropLast()
        return truncated(text, to: columns - of(String(end))) + String(end.reversed())
    }

    /// `text` with blanks behind it until it takes `columns`; longer text stays as it is.
    package static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - of(text)))
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        if isWide(scalar.value) { return 2 }
        return isCombining(scalar) ? 0 : 1
    }

    private static func isCombining(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: (0x1160...0x11FF).contains(scalar.value)  // vowels and finals that join the syllable before them
        }
    }

    private static func isWide(_ value: UInt32) -> Bool {
        var low = 0
        var high = wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            if wideRanges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < wideRanges.count && wideRanges[low].contains(value)
    }

    /// East Asian Width W and F, in order. Blocks are bridged where only unassigned scalars lie between.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
        0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
        0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
        0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
        0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
        0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x3029,
        0x302E...0x303E, 0x3041...0x3098, 0x309B...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x16FE3, 0x16FF0...0x18D08, 0x1AFF0...0x1B2FB, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF,
        0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C,
        0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4,
        0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F54E,
        0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F,
        0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6DF, 0x1F6EB...0x1F6EC,
        0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF,
        0x1FA70...0x1FAFF, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]
}

extension TerminalText {
    /// The columns that it takes.
    package var width: Int { DisplayWidth.of(text) }

    /// The same cut to at most `columns`, see `DisplayWidth`.
    package func truncated(to columns: Int) -> TerminalText {
        TerminalText(keeping: DisplayWidth.truncated(text, to: columns))
    }

    /// The same cut in its middle.
    package func abbreviated(to columns: Int) -> TerminalText {
        TerminalText(keeping: DisplayWidth.abbreviated(text, to: columns))
    }

    /// The same with blanks behind it until it takes `columns`.
    package func padded(to columns: Int) -> TerminalText {
        TerminalText(keeping: DisplayWidth.padded(text, to: columns))
    }
}

/// Sentences that are longer than a line.
package enum TextFolding {
    /// `text` in lines of at most `width` columns, folded at single spaces. A word that is longer has a line of its own and
    /// goes beyond it: it may be a name or a command that is to be copied.
    ///
    /// - Parameter breaksWords: whether such a word is broken instead.
    package static func lines(_ text: String, width: Int, breaksWords: Bool = false) -> [String] {
        guard DisplayWidth.of(text) > width else { return [text] }
        let split = text.split(separator: " ", omittingEmptySubsequences: false)
        let words = breaksWords ? split.flatMap { pieces(of: $0, width: width) } : split
        var lines: [String] = []
        var line = String(words[0])
        for word in words.dropFirst() {
            let longer = "\(line) \(word)"
            if DisplayWidth.of(longer) > width, !line.isEmpty {
                lines.append(line)
                line = String(word)
            } else {
                line = longer
            }
        }
        return lines + [line]
    }

    /// The same of text that is safe.
    package static func lines(_ text: TerminalText, width: Int, breaksWords: Bool = false) -> [TerminalText] {
        lines(text.text, width: width, breaksWords: breaksWords).map { TerminalText(keeping: $0) }
    }

    /// A word in pieces that fit.
    private static func pieces(of word: Substring, width: Int) -> [Substring] {
        guard DisplayWidth.of(String(word)) > width else { return [word] }
        var pieces: [Substring] = []
        var (start, room) = (word.startIndex, width)
        for index in word.indices {
            let needed = DisplayWidth.of(String(word[index]))
            if needed > room, start < index {
                pieces.append(word[start..<index])
                (start, room) = (index, width)
            }
            room -= needed
        }
        return pieces + [word[start...]]
    }

    /// The same as one text, what follows the first line indented.
    package static func folded(_ text: String, width: Int, indent: Int = 2) -> String {
        let first = lines(text, width: width)
        guard first.count > 1 else { return text }
        let rest = lines(text.dropFirst(first[0].count + 1).description, width: max(1, width - indent))
        return ([first[0]] + rest.map { String(repeating: " ", count: indent) + $0 }).joined(separator: "\n")
    }
}
