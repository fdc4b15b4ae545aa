import Glibc

/// `RESPBenchmark page|array` writes the bytes of a workload to stdout; `RESPBenchmark FILE READSIZE ROUNDS` parses
/// them that often and prints the median seconds of a round, the payload bytes seen, and the peak memory in KiB.
let arguments = CommandLine.arguments.dropFirst()
switch arguments.count {
case 1 where arguments.first == "page": write(Workload.page())
case 1 where arguments.first == "array": write(Workload.array())
case 3: measure(arguments.map { $0 })
default: exit(64)
}

func write(_ bytes: [UInt8]) {
    guard fwrite(bytes, 1, bytes.count, stdoutStream()) == bytes.count else { exit(74) }
}

func measure(_ arguments: [String]) {
    guard let readSize = Int(arguments[1]), let rounds = Int(arguments[2]) else { exit(64) }
    var run = ParserRun(bytes: contents(of: arguments[0]), readSize: readSize)
    let seconds = (0..<rounds).map { _ in run.round() }.sorted()
    print(seconds[rounds / 2], run.payloadBytes, peakKiB())
}

func stdoutStream() -> UnsafeMutablePointer<FILE>? { fdopen(STDOUT_FILENO, "w") }

func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { exit(66) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    rewind(file)
    return [UInt8](unsafeUninitializedCapacity: size) { $1 = fread($0.baseAddress, 1, size, file) }
}

func peakKiB() -> Int {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss
}
