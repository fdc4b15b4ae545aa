import ArgumentParser
import Caracal

/// `--outbox-id auto|none|ID`
struct OutboxIDOption: ExpressibleByArgument {
    let policy: PublishRules.OutboxID

    init?(argument: String) {
        switch argument {
        case "auto": policy = .automatic
        case "none": policy = .none
        case "": return nil
        default: policy = .given(Array(argument.utf8))
        }
    }
}
