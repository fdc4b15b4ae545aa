import ArgumentParser

/// `--maxlen table|N`
enum MaxLengthOption: ExpressibleByArgument {
    case table
    case entries(UInt64)

    init?(argument: String) {
        if argument == "table" {
            self = .table
        } else if let number = Int(digits: argument), number > 0 {
            self = .entries(UInt64(number))
        } else {
            return nil
        }
    }
}
