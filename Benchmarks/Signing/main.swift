import Caracal
import Glibc

// Times signing, verification and the JSON scanner on messages of about 350 bytes. `Benchmarks/signing.sh` runs it
// beside a C loop over the same data.

let count = 200_000
let samples = 7
let stream = Array("caracal.sessions.revoke".utf8)
let names = [
    "zone_id", "reason", "grant_id", "session_id", "root_sid", "agent_session_id", "dedupe_key", "outbox_id",
]

func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func measure(_ name: String, bytes: Int, _ body: () throws -> Void) rethrows {
    var times: [Double] = []
    for _ in 0..<samples {
        let start = now()
        try body()
        times.append(now() - start)
    }
    let median = times.sorted()[samples / 2]
    let nanoseconds = Int(median / Double(count) * 1e9)
    let megabytes = Int(Double(bytes) / median / 1e6)
    print("\(name)\t\(nanoseconds) ns a message\t\(Int(Double(count) / median)) a second\t\(megabytes) MB/s")
}

var lines: [UInt8] = []
var ranges: [Range<Int>] = []
for index in 0..<count {
    let start = lines.count
    let fields = names.enumerated().map { "\"\($1)\":\"019abc00-0000-7000-8000-\(String(100_000_000_000 + index * 8 + $0))\"" }
    lines.append(contentsOf: "{\(fields.joined(separator: ","))}".utf8)
    ranges.append(start..<lines.count)
}

let key = try SigningKey(hex: Array(repeating: UInt8(ascii: "7"), count: 64))
let signer = try Signer(key: key)
var verifier = try SignatureVerifier(keys: SignatureKeys(fields: key))
var scanner = MessageScanner()
var message = Message()
var order = FieldOrder()
var form = CanonicalForm()
var entries: [Message] = []
for range in ranges.prefix(10_000) {
    try scanner.scan(lines, range, into: &message)
    order.sort(message.fields, in: message.bytes)
    form.write(stream: stream, message.fields, in: message.bytes, order: order)
    var entry = message
    entry.append(name: FieldName.signature, value: try signer.sign(form.bytes, form.range).hex)
    entries.append(entry)
}
let canonicalBytes = form.count * count

try measure("scan JSON", bytes: lines.count) {
    for range in ranges { try scanner.scan(lines, range, into: &message) }
}
try measure("check", bytes: lines.count) {
    for _ in ranges { try message.check(allowingNewlines: false, order: &order) }
}
measure("sort and canonical form", bytes: canonicalBytes) {
    for _ in ranges {
        order.sort(message.fields, in: message.bytes)
        form.write(stream: stream, message.fields, in: message.bytes, order: order)
    }
}
try measure("HMAC alone", bytes: canonicalBytes) {
    for _ in ranges { _ = try signer.sign(form.bytes, form.range) }
}
var generator = OutboxIDGenerator()
try measure("outbox id", bytes: 36 * count) {
    for _ in ranges {
        message.removeAll()
        message.append(name: FieldName.outboxID, value: try generator.next())
    }
}
try measure("verify", bytes: canonicalBytes) {
    for index in ranges.indices {
        let entry = entries[index % entries.count]
        guard try verifier.verify(stream: stream, entry.fields, in: entry.bytes).outcome == .valid else { exit(1) }
    }
}
var seen = SeenSignatures()
measure("recognise repetitions", bytes: 8 * count) {
    seen.removeAll()
    for index in ranges.indices where seen.insert(UInt64(index) &* 0x9E37_79B9_7F4A_7C15) { exit(1) }
}
