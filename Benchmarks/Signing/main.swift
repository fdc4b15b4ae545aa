import Caracal
import Glibc

// Times signing, verification and the JSON scanner on messages of about 350 bytes, a line each: what, nanoseconds a message,
// megabytes a second, divided by tabs. `Benchmarks/signing.sh` puts it beside a C loop over the same data.

let count = 200_000
let samples = 15

func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Runs `body`, which handles every message once, and prints the fastest of all runs: the others had to share the processor.
func measure(_ name: String, bytes: Int, _ body: () throws -> Void) rethrows {
    var times: [Double] = []
    for _ in 0..<samples {
        let start = now()
        try body()
        times.append(now() - start)
    }
    let best = times.min() ?? 0
    print("\(name)\t\(Int(best / Double(count) * 1e9))\t\(Int(Double(bytes) / best / 1e6))")
}

/// NDJSON of messages with eight fields, and where each line lies.
func makeLines() -> (bytes: [UInt8], ranges: [Range<Int>]) {
    let names = ["zone_id", "reason", "grant_id", "session_id", "root_sid", "agent_session_id", "dedupe_key", "sid"]
    var bytes: [UInt8] = []
    var ranges: [Range<Int>] = []
    for index in 0..<count {
        let start = bytes.count
        let fields = names.enumerated().map { place, name in
            "\"\(name)\":\"019abc00-0000-7000-8000-\(100_000_000_000 + index * 8 + place)\""
        }
        bytes.append(contentsOf: "{\(fields.joined(separator: ","))}".utf8)
        ranges.append(start..<bytes.count)
    }
    return (bytes, ranges)
}

/// Writes the lines to a file and reads them back.
func measureReading(_ lines: [UInt8], _ ranges: [Range<Int>]) throws {
    guard let file = tmpfile() else { exit(1) }
    for range in ranges {
        fwrite(Array(lines[range]), 1, range.count, file)
        fputc(10, file)
    }
    try measure("read lines", bytes: lines.count) {
        fflush(file)
        lseek(fileno(file), 0, SEEK_SET)
        var reader = LineReader(descriptor: fileno(file))
        while try reader.advance() {}
        guard reader.number == count else { exit(1) }
    }
}

/// Everything that `publish --ndjson` does with a line but the sending.
struct Publisher {
    var scanner = MessageScanner()
    var message = Message()
    var order = FieldOrder()
    var form = CanonicalForm()
    var generator = OutboxIDGenerator()
    let signer: Signer
    let stream = Array("caracal.sessions.revoke".utf8)

    mutating func prepare(_ bytes: [UInt8], _ range: Range<Int>) throws {
        try scanner.scan(bytes, range, into: &message)
        try message.appendOutboxID(from: &generator)
        try message.check(allowingNewlines: false, order: &order)
        try sign()
    }

    mutating func sign() throws {
        writeForm()
        message.append(try signer.sign(form.bytes, form.range), of: .fields)
    }

    mutating func writeForm() {
        order.sort(message.fields, in: message.bytes)
        form.write(stream: stream, message.fields, in: message.bytes, order: order)
    }
}

func measureSteps(_ lines: [UInt8], _ ranges: [Range<Int>], _ publisher: Publisher) throws {
    var publisher = publisher
    try measure("scan JSON", bytes: lines.count) {
        for range in ranges { try publisher.scanner.scan(lines, range, into: &publisher.message) }
    }
    try measure("check", bytes: lines.count) {
        for _ in ranges { try publisher.message.check(allowingNewlines: false, order: &publisher.order) }
    }
    try measure("outbox id", bytes: 36 * count) {
        for _ in ranges {
            publisher.message.removeAll()
            try publisher.message.appendOutboxID(from: &publisher.generator)
        }
    }
    try publisher.scanner.scan(lines, ranges[0], into: &publisher.message)
    try publisher.message.appendOutboxID(from: &publisher.generator)
    publisher.writeForm()
    let formBytes = publisher.form.count * count
    measure("sort, canonical form", bytes: formBytes) { for _ in ranges { publisher.writeForm() } }
    try measure("sort, canonical form, HMAC", bytes: formBytes) {
        for _ in ranges {
            publisher.writeForm()
            _ = try publisher.signer.sign(publisher.form.bytes, publisher.form.range)
        }
    }
    let form = publisher.form
    try measure("HMAC alone", bytes: formBytes) {
        for _ in ranges { _ = try publisher.signer.sign(form.bytes, form.range) }
    }
}

func measureVerification(_ lines: [UInt8], _ ranges: [Range<Int>], _ publisher: Publisher, _ key: SigningKey) throws {
    var publisher = publisher
    var verifier = try SignatureVerifier(keys: SignatureKeys(fields: key))
    let entries = try ranges.prefix(1000).map { range in
        try publisher.prepare(lines, range)
        return publisher.message
    }
    try measure("verify", bytes: publisher.form.count * count) {
        for index in ranges.indices {
            let entry = entries[index % entries.count]
            let verdict = try verifier.verify(stream: publisher.stream, entry.fields, in: entry.bytes)
            guard verdict.outcome == .valid else { exit(1) }
        }
    }
    var seen = SeenSignatures()
    measure("recognise repetitions", bytes: 8 * count) {
        seen.removeAll()
        for index in ranges.indices where seen.insert(UInt64(index) &* 0x9E37_79B9_7F4A_7C15) { exit(1) }
    }
}

func run() throws {
    let (lines, ranges) = makeLines()
    let key = try SigningKey(hex: Array(repeating: UInt8(ascii: "7"), count: 64))
    let publisher = Publisher(signer: try Signer(key: key))
    var whole = publisher
    try measure("publish: all steps", bytes: lines.count) { for range in ranges { try whole.prepare(lines, range) } }
    try measureReading(lines, ranges)
    try measureSteps(lines, ranges, publisher)
    try measureVerification(lines, ranges, publisher, key)
}

try run()
