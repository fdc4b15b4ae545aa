import COpenSSL

/// A command as it may be shown: without secrets, a script by its digest, and with the beginnings of what is long.
package struct ShownCommand: Sendable, Equatable {
    /// One of its words.
    package struct Word: Sendable, Equatable {
        /// Its bytes, from the network or from an operator; of a long one the first.
        package let bytes: [UInt8]
        /// How many bytes were left out.
        package let omitted: Int
    }

    /// Its name and the first of its arguments.
    package let words: [Word]
    /// How many arguments were left out.
    package let omitted: Int
    /// What is not shown of it, for words of the server that may repeat it; the longest first, since one may hold another.
    private let secrets: [[UInt8]]

    private static let wordLimit = 48
    private static let countLimit = 16

    /// A command of these words, its name first.
    ///
    /// - Parameter password: is not shown wherever it stands.
    package init(_ words: [[UInt8]], hiding password: Secret = Secret([])) {
        var places = SecretArguments.places(in: words)
        if !password.bytes.isEmpty {
            let hidden = SecretArguments.lowerCased(password.bytes)
            for place in words.indices where SecretArguments.lowerCased(words[place]).contains(hidden) {
                // What is hidden already may show what stands before it.
                let shown = Array(words[place].prefix(places[place] ?? words[place].count))
                if SecretArguments.lowerCased(shown).contains(hidden) { places[place] = 0 }
            }
        }
        secrets = (places.map { Array(words[$0.key].dropFirst($0.value)) } + [password.bytes])
            .filter { !$0.isEmpty }.sorted { $0.count > $1.count }
        omitted = max(0, words.count - Self.countLimit)
        let script = Self.scriptPlace(in: words)
        self.words = words.prefix(Self.countLimit).enumerated().map { place, word in
            if let shown = places[place] { return Word(bytes: word.prefix(shown) + Array("***".utf8), omitted: 0) }
            if place == script { return Word(bytes: Array("script:\(Self.digest(word))".utf8), omitted: 0) }
            return Word(bytes: Array(word.prefix(Self.wordLimit)), omitted: max(0, word.count - Self.wordLimit))
        }
    }

    /// The words of a command, `***` in the places of secrets and nothing left out.
    package static func masked(_ words: [[UInt8]]) -> [[UInt8]] {
        let places = SecretArguments.places(in: words)
        return words.indices.map { place in
            places[place].map { words[place].prefix($0) + Array("***".utf8) } ?? words[place]
        }
    }

    /// A refusal of it, without its secrets: servers may repeat what they were sent.
    package func blanking(_ refusal: Refusal) -> Refusal {
        secrets.reduce(refusal.withoutArguments) { $0.blanking(Secret($1)) }
    }

    /// Where the text of a script stands; nil where there is none.
    private static func scriptPlace(in words: [[UInt8]]) -> Int? {
        switch words.prefix(2).map(SecretArguments.upperCased) {
        case let names where ["EVAL", "EVAL_RO"].contains(names.first): 1
        case ["SCRIPT", "LOAD"]: 2
        case ["FUNCTION", "LOAD"]: words.indices.last
        default: nil
        }
    }

    /// By which the server knows a script as well: `SCRIPT EXISTS`.
    private static func digest(_ script: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 20)
        guard EVP_Digest(script, script.count, &digest, nil, EVP_sha1(), nil) == 1 else { return "?" }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// Which arguments of a command hold a secret. It would rather suspect too much.
enum SecretArguments {
    /// The places of such words, each with the number of its first bytes that can be shown.
    static func places(in words: [[UInt8]]) -> [Int: Int] {
        let names = words.prefix(2).map(upperCased)
        var places = valuesOfSecretNames(words)
        for place in words.indices.dropFirst() where isKey(words[place], after: words[place - 1]) || isURL(words[place])
        {
            places[place] = 0
        }
        switch names.first {
        case "AUTH": for place in words.indices.dropFirst() { places[place] = 0 }
        case "HELLO": hide(behind: "AUTH", count: 2, in: words, &places)
        case "MIGRATE":
            hide(behind: "AUTH", count: 1, in: words, &places)
            hide(behind: "AUTH2", count: 2, in: words, &places)
        case "ACL" where names.last == "DRYRUN":
            for (place, shown) in self.places(in: Array(words.dropFirst(3))) { places[place + 3] = shown }
        case "ACL" where !harmlessACL.contains(names.last ?? ""):
            for place in words.indices.dropFirst(3) where !isPlainRule(words[place]) {
                places[place] = words[place].first.map(isPasswordRule) == true ? 1 : 0
            }
        default: break
        }
        return places
    }

    /// A word in upper-case letters; empty for one that is too long to be a name.
    static func upperCased(_ word: [UInt8]) -> String {
        word.count <= 64 ? String(decoding: word, as: UTF8.self).uppercased() : ""
    }

    /// Letters of ASCII in lower case.
    static func lowerCased(_ word: [UInt8]) -> [UInt8] {
        word.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    }

    private static func hide(behind name: String, count: Int, in words: [[UInt8]], _ places: inout [Int: Int]) {
        for place in words.indices.dropFirst() where upperCased(words[place]) == name {
            for next in words.indices.dropFirst(place + 1).prefix(count) { places[next] = 0 }
        }
    }

    /// What is asked of ACL without rules of a user. Everything else may be a mistyped SETUSER.
    private static let harmlessACL: Set<String> = [
        "CAT", "DELUSER", "GETUSER", "LIST", "USERS", "WHOAMI", "LOG", "GENPASS", "SAVE", "LOAD", "HELP", "ACL",
    ]

    /// A rule about commands, keys and channels, or one of a word of its own. A selector in parentheses may hold any.
    private static func isPlainRule(_ word: [UInt8]) -> Bool {
        guard let first = word.first, !word.contains(where: isPasswordRule) else { return word.isEmpty }
        return Array("+-~%&@".utf8).contains(first) || ruleWords.contains(upperCased(word))
    }

    private static let ruleWords: Set<String> = [
        "ON", "OFF", "NOPASS", "RESETPASS", "RESET", "ALLKEYS", "RESETKEYS", "ALLCHANNELS", "RESETCHANNELS",
        "ALLCOMMANDS",
        "NOCOMMANDS", "CLEARSELECTORS", "SANITIZE-PAYLOAD", "SKIP-SANITIZE-PAYLOAD",
    ]

    /// `>password`, `<password`, `#digest`, `!digest`.
    private static func isPasswordRule(_ byte: UInt8) -> Bool { Array("><#!".utf8).contains(byte) }

    /// What stands behind a name such as `requirepass`, `auth-pass` or `token`: in a configuration, a hash or a message. The other
    /// stream commands have names of groups and consumers, and no values.
    private static func valuesOfSecretNames(_ words: [[UInt8]]) -> [Int: Int] {
        let command = words.first.map(upperCased) ?? ""
        guard !command.hasPrefix("X") || command == "XADD" else { return [:] }
        var places: [Int: Int] = [:]
        for place in words.indices.dropFirst() {
            if place > 1, isSecretName(upperCased(words[place - 1])) {
                places[place] = 0
            } else if let start = valueOfSecretName(within: words[place]) {
                places[place] = start
            }
        }
        return places
    }

    /// Where the value of such a name, or a key, begins within a word: `token=…`, `{"password":"…`, `key=` and 64 digits.
    private static func valueOfSecretName(within word: [UInt8]) -> Int? {
        var (name, digits) = ([UInt8](), 0)
        for (place, byte) in word.prefix(wordLimit).enumerated() {
            digits = isHexadecimal(byte) ? digits + 1 : 0
            if digits == 64, place >= 64 { return place - 63 }
            switch byte {
            case UInt8(ascii: "="), UInt8(ascii: ":"):
                if isSecretName(upperCased(name)) { return place + 1 }
                name = []
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: " "),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                name.append(byte)
            default: name = []
            }
        }
        return nil
    }

    /// What is longer is shown no further anyway.
    private static let wordLimit = 1024

    private static let secretNames = [
        "PASS", "SECRET", "TOKEN", "CREDENTIAL", "APIKEY", "API_KEY", "PRIVATE", "AUTH", "HMAC",
    ]

    private static func isSecretName(_ word: String) -> Bool { secretNames.contains(where: word.contains) }

    /// 32 bytes or more in hexadecimal, as signing keys are written. A signature looks the same and is none.
    private static func isKey(_ word: [UInt8], after name: [UInt8]) -> Bool {
        word.count >= 64 && word.allSatisfy(isHexadecimal) && !upperCased(name).hasSuffix("SIG")
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// A URL that has a place for a password.
    private static func isURL(_ word: [UInt8]) -> Bool {
        guard let at = word.lastIndex(of: UInt8(ascii: "@")) else { return false }
        return word[..<at].contains(Array("://".utf8))
    }
}
